"""What is written in the first story: agencies' accounts, the rapid review, the published report. All invented."""

from __future__ import annotations

from typing import Any

CHILD = "Rowan"  # as the mother chose that the child is called


def called(child: str, words: Any) -> Any:
    """``words``, alone or in dictionaries and tuples, with the child called so. No name of one review is in another."""
    if isinstance(words, str):
        return words.replace(CHILD, child)
    if isinstance(words, dict):
        return {key: called(child, value) for key, value in words.items()}
    return tuple(called(child, one) for one in words) if isinstance(words, tuple) else words


RETURNS: dict[str, dict[str, Any]] = {
    "hospital": {
        "involved_from": "Birth",
        "involved_to": "Today",
        "summary": "Born at 37 weeks after an uneventful pregnancy. Seen once in the emergency department at seven weeks "
        "with a cold. Brought in on the day of the injury pale and hard to wake. The triage nurse asked for the "
        "paediatrician within ten minutes; a scan was done within the hour.",
        "key_issues": "At seven weeks the record names 'dad' as the adult present. Nobody asked who he was.",
        "good_practice": "The quick escalation at triage. A full set of imaging was asked for the same night.",
        "learning": "Record the name and relationship of every adult who brings a baby.",
        "actions_taken": "The electronic record now asks for it, and cannot be closed without an answer.",
        "others": {
            "items": [
                {
                    "agency_type": "housing_association",
                    "name": "Samplebury Homes",
                    "why": "The mother spoke of a repair visit.",
                }
            ]
        },
    },
    "community": {
        "involved_from": "Pregnancy, 28 weeks",
        "involved_to": "Today",
        "summary": "Antenatal visit, new-birth visit and six-week review, all with the mother alone. At the clinic nine days "
        "before the injury the nursery nurse saw and recorded a bruise on the left cheek.",
        "key_issues": "The bruising protocol asks for a same-day paediatric opinion for any bruise in a baby who is not mobile. "
        "The explanation given was accepted. The health visitor was told two days later, on her return from leave.",
        "good_practice": "The bruise was measured, drawn and dated.",
        "child_voice": "She turned to her mother’s voice and was soon soothed. At ten weeks she cried more, and longer.",
        "events": {
            "items": [
                {
                    "what": "New-birth visit at home. Mother alone with the baby; she was settled and fed well.",
                    "source": "Health visiting record",
                    "child_seen": "yes",
                    "on_unknown": "The record gives the week, not the day",
                },
                {
                    "what": "A bruise on the left cheek was seen at the clinic. The mother said that she had lain on a dummy.",
                    "source": "Clinic record, with a drawing",
                    "child_seen": "yes",
                    "response": "Recorded, and told to the health visitor two days later.",
                    "on_unknown": "Nine days before the injury",
                },
            ]
        },
        "learning": "The protocol is known but is felt to be an accusation; staff need words for the conversation.",
        "actions_taken": "A short script for that conversation is in use in all clinics.",
    },
    "council": {
        "involved_from": "No involvement before the injury",
        "involved_to": "Today",
        "summary": "No contact before the injury. The half-brother had been known to early help two years before, because of his "
        "speech. After the injury a strategy discussion was held within three hours.",
        "key_issues": "None before the injury.",
        "good_practice": "The strategy discussion included the paediatrician and was recorded the same evening.",
        "learning": "Early help knew of the mother's earlier isolation; nobody asked when she was pregnant again.",
        "actions_taken": "Midwives can now see closed early-help involvement.",
    },
    "police": {
        "involved_from": "Two earlier reports about the mother's partner",
        "involved_to": "Today",
        "summary": "Two reports of violence against a former partner, the second eleven months before the injury. No child lived "
        "in that home. No information was passed on, because the force did not know that he had moved in with a mother and "
        "a baby.",
        "key_issues": "No route by which a change of address of a known perpetrator is noticed.",
        "good_practice": "A specialist officer came to the ward within an hour.",
        "learning": "Consider asking about new households when a case closes.",
        "actions_taken": "Under discussion with the domestic abuse partnership.",
    },
}

RAPID_REVIEW: dict[str, str] = {
    "child": "Rowan was fourteen weeks old. She is of White and Black Caribbean heritage and lived with her mother, her "
    "half-brother and, from her sixth week, her mother's partner.\n\nThose who knew her describe an alert baby who followed "
    "faces early. From her tenth week her mother told the GP that Rowan cried for hours in the afternoons. Nobody saw an "
    "afternoon at home.\n\nWhat it was like to be Rowan can be said only in part: no practitioner had seen her with the man "
    "who cared for her while her mother was at work.",
    "incident": "Rowan was brought to hospital pale and hard to wake. She had bleeding on the brain and behind both eyes, and "
    "three rib fractures that were healing. Nine days earlier a bruise on her cheek had been recorded at a clinic.",
    "safeguarding": "Rowan is safe in hospital and will go to foster carers. Her half-brother lives with his grandmother. "
    "Both arrangements were checked by social care on the day and again in the first week.",
    "involvement": "- Midwifery and health visiting saw the mother alone on every visit.\n- The clinic recorded a bruise; no "
    "paediatric opinion was asked for.\n- The GP saw the mother, exhausted, in week ten and arranged a review for week "
    "fourteen.\n- The police held two reports about the mother's partner from another address.\n- A landlord's repair visit "
    "met him in week nine.",
    "analysis": "Three moments mattered.\n\nThe bruise. The protocol was known. The practitioner did not doubt that it applied; "
    "she doubted that she could say so without accusing a mother who was trying hard. She had nobody to turn to that day.\n\n"
    "The man nobody asked about. Five services met the family in nine weeks. Two met him. None wrote down his name. Forms "
    "ask for 'father'; he was not her father, and so there was no place for him.\n\nExhaustion. The mother asked for help in "
    "week ten. The help offered was an appointment in week fourteen.\n\nThe family's identity is recorded in every file and "
    "discussed in none. Two practitioners said that they had been careful not to seem to judge a young mother of a mixed "
    "family. Being careful became not asking.",
    "equality": "Her heritage is on record with every agency and considered by none. Practitioners said that they had been careful "
    "not to seem to judge a young mother of a mixed family; careful became silent. Nobody found racism in what was said. The "
    "review finds that fear of seeming racist kept questions from being asked, and that the family was worse off for it.",
    "dissemination": "- Partnership team: a seven-minute briefing to every agency within four weeks.\n- Health visiting: read in every "
    "team meeting by the end of next month.\n- The mother is told first, by the social worker, this week.",
    "learning": "- A bruise in a baby who does not yet move about needs a paediatrician the same day, whatever the explanation.\n"
    "- Every record of a baby asks who lives in the home and who cares for the baby when.\n- Good practice: the triage nurse, "
    "and the strategy discussion within three hours.",
    "actions": "- Health visiting: a script for the bruising conversation, in use within two weeks.\n- Hospital: the record asks "
    "for every adult present; done.\n- Police and health: a meeting within a month on what can be shared about new households.",
    "lines_of_enquiry": "- What helps and what hinders practitioners to follow the bruising protocol?\n- How do services come to "
    "know of men who care for babies?\n- What did being careful about identity mean in practice?",
    "no_further_review": "",
    "national": "The partners do not propose a national review. They draw the Panel's attention to the theme of unseen men.",
    "processes": "A police investigation and care proceedings are under way. Neither stands in the way of learning now; the "
    "police ask that two witnesses are not spoken to before they are.",
    "family_contact": "The mother was told of the rapid review by social care, with the agreement of the police. She would like "
    "to take part later.",
    "limits": "No account from the mother or her partner. The private landlord of the partner's earlier home was not traced.",
}

REPORT: dict[str, str] = {
    "summary": "A baby, called Rowan here, was seriously injured in her first months of life. Practitioners in several services had "
    "seen the family, and one had seen a bruise. The review asks why a protocol that everybody knew was not followed. It finds "
    "that what people feared a difficult conversation would do to a good relationship weighed more than what they had been taught. "
    "It recommends practice in holding that conversation, and asking every family who else looks after the child.",
    "introduction": "This review was carried out because a baby, called Rowan here, was seriously harmed and abuse was suspected. "
    "It asks what can be learnt about how services work together. It does not ask who is to blame: courts and employers do "
    "that.\n\nThe partners decided on the review because a rapid review had shown what happened but not why a protocol that "
    "everybody knew was not followed, and because men who are not seen by services had been a theme of earlier reviews.",
    "child": "Rowan was a few months old. Her family is of White and Black Caribbean heritage. She lived with her mother and an "
    "older child of the family; later her mother's partner joined them.\n\nPeople who met her speak of a baby who watched "
    'faces and was soon soothed. Her mother told the review: "She was my calm one. When she stopped being calm I thought it '
    'was me."',
    "method": "The reviewer read the accounts of five agencies, spoke with fourteen practitioners, held two learning events and met "
    "the mother twice. Practitioners were asked what they saw, what made sense to them at the time, and what would have made "
    "something else possible.\n\nThe reviewer had no earlier connection with the family or the agencies.",
    "family": "The mother said that she was asked many questions about feeding and sleep, and that these were the right questions "
    "at first. Nobody asked who looked after Rowan while she was at work. She would have answered.\n\nShe said that she had "
    "heard the word 'protocol' and had been ready to go to hospital about the bruise. The practitioner changed the subject.",
    "events": "- Before birth: visits and appointments as planned.\n- First weeks: the family is seen at home and in the clinic. "
    "The mother's partner moves in.\n- Some weeks later: the mother tells the GP that she is exhausted.\n- Shortly "
    "afterwards: a bruise is seen and recorded in a clinic.\n- Within a fortnight: Rowan is seriously injured.",
    "reasons": "## The conversation that was not held\n\nThe protocol on bruising asks for a paediatric opinion on the same day. The "
    "practitioner knew it. What stopped her was not doubt about the rule but the conversation it requires. She had been told "
    "of a complaint by a family who had felt accused. She was alone in the clinic; the colleague she would have asked was on "
    "leave. Training had covered the rule, not the words.\n\n## The man without a place on the form\n\nForms ask for the "
    "father. Rowan's mother answered truthfully. Her partner was neither father nor next of kin and so there was no field in "
    "which to write him down. Two services met him and did not know what to do with what they had seen. The police held "
    "information about him at another address, and no process connects an address to a new household.\n\n[Figure 1]\n\n"
    "## Careful, and therefore silent\n\nThe family's ethnicity is recorded everywhere and considered nowhere. Practitioners said that they "
    "had not wanted to seem to judge a young mother of a mixed family. They asked her less than they ask others. The "
    "review found that care not to offend had become a reason not to ask.\n\n## Help that came later than the need\n\nThe "
    "exhaustion of a mother of a baby who cries is a known risk. The service offered was good and four weeks away.",
    "good_practice": "The triage nurse asked for a paediatrician within ten minutes. The strategy discussion was held within three "
    "hours, with a doctor in the room. The nursery nurse's drawing of the bruise was exact, and mattered.",
    "improvements": "The recommendations below ask for three things: words for the hardest conversation, a place in every record for "
    "every adult who cares for a baby, and help for exhausted parents within days.",
    "equality": "The review considered throughout how the family's heritage, the mother's age and their circumstances shaped what "
    "was asked of her and what was offered. It found no ill will. It found a gap between recording identity and thinking "
    "about it, and it recommends that supervision asks about that gap by name.",
    "conclusion": "The partnership has accepted every recommendation. What has changed will be checked after three, six and twelve "
    "months and reported here.",
}

# The one figure of the report: a title, and who was seen or spoken with how often.
CONTACTS = (
    "Who was seen or spoken with in 23 recorded contacts",
    (("Rowan’s mother", 23), ("Rowan herself", 19), ("The older child", 6), ("The mother’s partner", 2)),
)
CONTACTS_CAPTION = "Whom five services saw or spoke with in the 23 contacts they recorded with the family"
CONTACTS_ALT = (
    "Four bars. Rowan’s mother was part of all 23 contacts and Rowan of 19. The older child was part of 6, and the mother’s "
    "partner, who looked after Rowan while her mother worked, of 2."
)

RECOMMENDATIONS = (
    ("Give every practitioner who sees babies a short, tested form of words for the conversation about a bruise, and a "
     "paediatrician to ring while the family is still there.", "partnership", "Vale Community Health", 3),
    ("Ask in every record of a baby: who lives in the home, and who cares for the baby when. Audit the answers after six "
     "months.", "partnership", "All three safeguarding partners", 6),
    ("Offer a parent who reports exhaustion in the first six months a visit within five working days.", "agency",
     "Samplebury and Vale Integrated Care Board", 6),
    ("Ask in supervision how a family's identity has been thought about, not only recorded.", "partnership",
     "All three safeguarding partners", 4),
    ("Consider nationally how information about known perpetrators can follow them into new households with babies.", "national",
     "The Panel, for the Home Office", 12),
)  # fmt: skip
