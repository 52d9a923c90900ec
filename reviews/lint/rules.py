"""What the quiet check beside a report looks for: data, for a reader who does not program.

It advises; only an empty section that has to say something and a name that was left in hold a draft up.
"""

from __future__ import annotations

# --- identity and lived experience ------------------------------------------------------------------------

# Section -> (what is missing, how it would show). The beginning of a word is enough.
ADDRESSED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "child": (
        (
            "Nothing is said about the child’s identity: heritage, culture, faith, language, disability or gender.",
            ("ethnic", "heritage", "cultur", "faith", "religio", "language", "disab", "racial", "race", "racis",
             "gender", "sexual orientation", "identity", "nationality"),
        ),
        (
            "Nothing is said about the child’s own experience: what a day was like, what they said, showed or wished.",
            ("said", "told", "voice", "wish", "feel", "daily life", "lived experience", "liked", "loved", "enjoyed",
             "showed", "a day", "play", "smil", "cried", "soothed", "afraid", "frightened"),
        ),
    ),
    "equality": (
        (
            "Nothing is said about racism or other inequalities, and whether they affected the family or the practice.",
            ("racis", "race", "ethnic", "inequal", "equal", "discriminat", "disab", "poverty", "depriv", "bias",
             "stereotyp", "protected characteristic", "gender", "heritage"),
        ),
    ),
    "analysis": (
        (
            "The analysis does not say why it made sense at the time to act as people did.",
            ("because", "reason", "why", "made sense", "led to", "meant that", "so that", "caused", "pressure",
             "understood", "believed", "assum", "workload", "system"),
        ),
    ),
}  # fmt: skip

# --- actions ----------------------------------------------------------------------------------------------

ACTION_SECTIONS = frozenset({"actions"})
WHEN = (
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)\b|\b\d{1,2}[/.]\d{1,2}\b"
    r"|\b(within|by|in|after|until|before) (the |next |end of |\w+ )*?(day|week|month|year|term|quarter)s?\b"
    r"|\b(today|tomorrow|done|already|at once|immediately|monthly|weekly|quarterly)\b|\bday \d+\b"
)
OWNERS = (
    r"\b(partner|partnership|council|authority|police|force|hospital|trust|board|icb|school|academy|team|service"
    r"|social care|health|visit|midwi|gp|surgery|practice|housing|homes|probation|lead|manager|head|director"
    r"|chair|nurse|doctor|officer|agency|agencies|sub-group|panel|college|nursery|charity|education|camhs"
    r"|commissioner|constabulary)"
)

# --- words ------------------------------------------------------------------------------------------------

# Blame (or what a family reads as blame) -> what to write instead.
BLAME: dict[str, str] = {
    r"failed to": "say what was done, what was not, and why it made sense at the time",
    r"should have known": "say what was known, by whom, and when",
    r"neglected to": "say what was not done, and why",
    r"(careless|negligent|incompetent|lazy|inexcusabl)\w*": "describe what happened",
    r"did not bother": "say what stood in the way",
    r"(is|was|are|were) to blame|at fault|culpab\w+": "a review does not apportion blame; describe what happened",
    r"failure to protect|failed to protect": "say what the parent knew and could do",
    r"hard[- ]to[- ](reach|engage)": "say what the service offered, and why it may not have been right",
    r"(refus|fail)\w+ to engage|non[- ]?engag\w+": "say what was offered and how the family answered",
    r"non[- ]?complian\w+|uncooperative": "say what was asked and how the family answered",
    r"disguised compliance": "say what the family did and what it may have meant",
    r"manipulative|attention[- ]seeking": "describe the behaviour and what it may have told",
    r"promiscuous|lifestyle choice|streetwise|child prostitut\w+": "a child cannot choose harm; say what was done",
    r"troubled family|dysfunctional": "describe what life was like",
}
# Words of the trade -> plain ones.
JARGON: dict[str, str] = {
    r"stepped? down": "say which help ended and which followed",
    r"step(ped)? up": "say which help began",
    r"nfa'?d|no further action'?d": "closed without further action",
    r"sectioned": "detained under the Mental Health Act",
    r"strat(egy)? (meeting|disc?)s?": "strategy discussion",
    r"toxic trio|trilogy of risk": "name the three: domestic abuse, mental ill health, substance misuse",
    r"presented at (a&e|ed)": "came to the emergency department",
    r"signposted": "told about",
    r"robust\w*": "say what exactly is good about it",
    r"going forward": "from now on",
    r"professional curiosity": "say which question would have been asked",
    r"siloe?d?(ed)?|in silos?": "say who did not hear what from whom",
    r"leverag\w+": "use",
    r"triangulat\w+": "compare with other sources",
    r"safeguarded": "say what was done to keep the child safe",
}
# Abbreviations and what they stand for. One that is written out where it is first used is fine.
ABBREVIATIONS: dict[str, str] = {
    "CSC": "children’s social care", "MASH": "multi-agency safeguarding hub",
    "ICPC": "initial child protection conference", "CIN": "child in need", "CPP": "child protection plan",
    "LAC": "looked-after child", "CLA": "child looked after",
    "MARAC": "multi-agency risk assessment conference", "MAPPA": "multi-agency public protection arrangements",
    "DASH": "domestic abuse risk assessment", "IDVA": "independent domestic violence adviser",
    "CAMHS": "child and adolescent mental health services", "ED": "emergency department",
    "HV": "health visitor", "DSL": "designated safeguarding lead", "NFA": "no further action",
    "EHCP": "education, health and care plan", "SEND": "special educational needs and disabilities",
    "YOT": "youth offending team", "YJS": "youth justice service", "ICB": "integrated care board",
    "LADO": "local authority designated officer", "JAR": "joint agency response",
    "CDOP": "child death overview panel", "SUDI": "sudden unexpected death in infancy",
    "NAI": "injury that was not accidental", "DNA": "did not attend", "WNB": "was not brought",
    "SARC": "sexual assault referral centre", "CCE": "criminal exploitation", "CSE": "sexual exploitation",
    "LCSPR": "local child safeguarding practice review", "SIN": "serious incident notification",
    "PVP": "police notification about a vulnerable person", "FNP": "Family Nurse Partnership",
    "EDT": "emergency duty team", "SGO": "special guardianship order", "ICO": "interim care order",
    "PLO": "public law outline", "IRO": "reviewing officer", "MDT": "meeting of several professions",
    "NRM": "national referral mechanism", "OOH": "out of hours",
}  # fmt: skip
# What everybody reads without help.
WELL_KNOWN = frozenset({
    "AM", "BBC", "CCTV", "COVID", "EU", "GP", "GPS", "HIV", "ID", "II", "III", "IT", "IV", "NHS", "NSPCC", "OK",
    "PDF", "PE", "PM", "TV", "UK", "UN", "US",
})  # fmt: skip

# --- names ------------------------------------------------------------------------------------------------

# Words that stand in reports with and without a capital: as part of a name they count only in the whole name.
ORDINARY = frozenset({
    "a", "academy", "acting", "administrator", "adult", "adults", "advocate", "agencies", "agency", "ambulance",
    "an", "analyst", "and", "april", "army", "asian", "assistant", "august", "aunt", "authority", "baby",
    "black", "board", "boy", "british", "brother", "business", "cafcass", "camhs", "care", "carer", "case",
    "cases", "centre", "chair", "chief", "child", "children", "christian", "church", "city", "clinic",
    "clinical", "college", "community", "constable", "consultant", "coordinator", "council", "country",
    "county", "court", "crime", "data", "data-protection", "day", "december", "decision", "demo", "dentist",
    "deputy", "designated", "detective", "director", "district", "doctor", "door", "duty", "east", "eastern",
    "education", "emergency", "england", "english", "example", "family", "father", "february", "fire", "first",
    "form", "friday", "friend", "front", "general", "girl", "governor", "gp", "grandfather", "grandmother",
    "green", "guardian", "half", "hall", "head", "headteacher", "health", "hill", "home", "homes", "hospital",
    "house", "housing", "imagine", "in", "independent", "information", "inspector", "integrated", "interim",
    "invented", "january", "judge", "july", "june", "king", "lane", "lead", "manager", "march", "matron", "may",
    "meeting", "member", "mental", "midwife", "monday", "mother", "muslim", "named", "national", "north",
    "northern", "november", "nurse", "nursery", "october", "of", "office", "officer", "one", "operations",
    "other", "paediatrician", "panel", "parent", "parents", "park", "partner", "partnership", "people",
    "person", "persons", "pharmacist", "placeholder", "police", "policy", "practice", "practitioner", "primary",
    "principal", "probation", "protection", "psychiatrist", "psychologist", "queen", "read", "reader", "record",
    "records", "report", "rescue", "review", "reviewer", "road", "royal", "safeguarding", "saint", "sample",
    "saturday", "school", "second", "secondary", "senior", "september", "sergeant", "service", "services",
    "sister", "social", "solicitor", "son", "south", "southern", "specialist", "st", "staff", "street",
    "sub-group", "sunday", "superintendent", "surgery", "synthetic", "teacher", "team", "tenancy", "the",
    "therapist", "three", "thursday", "town", "trust", "tuesday", "tutor", "two", "uncle", "unit", "university",
    "vale", "visiting", "visitor", "ward", "wednesday", "welsh", "west", "western", "white", "woman", "worker",
    "year", "young", "youth",
})  # fmt: skip
# Words that are also given names or surnames: with a capital in the middle of a sentence they are a name.
ALSO_NAMES = frozenset({
    "abbey", "angel", "art", "ash", "autumn", "baker", "bell", "berry", "bill", "bird", "bishop", "brook",
    "brooks", "brown", "butler", "carol", "chance", "christian", "cook", "crystal", "daisy", "dale", "dawn",
    "dean", "dusty", "eve", "fair", "faith", "field", "fields", "fisher", "fox", "frank", "gene", "ginger",
    "glass", "grace", "grant", "gray", "grey", "guy", "harmony", "harper", "hazel", "heath", "heather", "holly",
    "honey", "hope", "hunt", "hunter", "iris", "ivy", "jack", "jade", "jay", "joy", "lake", "lane", "lily",
    "long", "love", "mark", "marsh", "mason", "mercy", "miles", "mills", "moon", "noble", "olive", "pat",
    "patience", "pearl", "penny", "poppy", "price", "prince", "rain", "ray", "rich", "river", "rob", "robin",
    "rose", "rowan", "ruby", "rusty", "sage", "sandy", "skip", "sky", "star", "stone", "storm", "sue", "summer",
    "sunny", "taylor", "violet", "wade", "walker", "ward", "webb", "will", "willow", "winter", "wood", "woods",
})  # fmt: skip
