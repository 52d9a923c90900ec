"""Short forms by which everybody in England knows a longer name: a report may use them without thinking."""

_SETS = (
    "alexander alex al sandy sasha xander", "alexandra alex lexi lexie sandra sasha", "amelia millie milly amy mia",
    "andrew andy drew", "anthony tony ant", "benjamin ben benny", "catherine cathy kate katie cath", "charlotte lottie charlie lotte",
    "charles charlie chas chuck", "christopher chris kit", "christine chris chrissie tina", "daniel dan danny",
    "danielle dani elle", "david dave davey", "deborah deb debbie", "dominic dom", "edward ed eddie ted teddy ned",
    "eleanor ellie nell nora", "elizabeth liz lizzie beth eliza betty libby lilibet", "emily em millie emmie",
    "frances fran frankie", "francis frank frankie", "frederick fred freddie", "gabriel gabe", "gabriella gabi ella",
    "georgina george georgie gina", "gerald gerry", "harriet hattie harry", "henry harry hal hank", "isabella bella izzy issy",
    "isabelle izzy belle bella", "jacob jake", "james jim jimmy jamie", "jennifer jen jenny jenna", "jessica jess jessie",
    "john johnny jack jon", "jonathan jon jonny nathan", "joseph joe joey", "josephine jo josie", "joshua josh",
    "katherine kate katie kathy kat kitty kath", "kathleen kath kathy", "kenneth ken kenny", "kimberley kim kimmy",
    "lawrence larry laurie", "leonard leo len lenny", "louisa lou", "madeleine maddie maddy", "margaret maggie meg peggy",
    "matthew matt matty", "maximilian max", "michael mike mick mickey mikey", "michelle shell", "mohammed mo moh", "muhammad mo",
    "natalie nat", "nathaniel nathan nate nat", "nicholas nick nicky", "nicola nicky nikki", "oliver ollie olly", "olivia liv livvy",
    "pamela pam", "patricia pat trish tricia patsy", "patrick pat paddy", "peter pete", "philip phil pip", "philippa pip pippa",
    "rebecca becky becca bex", "richard rich rick ricky dick", "robert rob robbie bob bobby bert", "ronald ron ronnie",
    "samuel sam sammy", "samantha sam sammy", "sarah sally sadie", "sebastian seb bastian", "sophia sophie soph", "stephanie steph stevie",
    "stephen steve stevie", "steven steve stevie", "susan sue susie suzie", "tabitha tabby", "theodore theo ted teddy",
    "thomas tom tommy", "timothy tim timmy", "tobias toby", "veronica ronnie", "victoria vicky vic tori", "vincent vince vinny",
    "william will bill billy willy liam", "zachary zac zach zak",
)  # fmt: skip
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    name: tuple(short) for name, *short in (words.split() for words in _SETS)
}
