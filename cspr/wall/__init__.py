"""The second wall: PostgreSQL itself keeps partnerships apart, whatever a query forgets (docs/decisions/0013).

``scope`` says whose rows are open now, ``postgresql`` tells the database so with every statement, ``policies`` is what
the database then holds to, ``checks`` says whether it does.
"""
