"""The steps of ``test_the_whole_way``, station by station."""
