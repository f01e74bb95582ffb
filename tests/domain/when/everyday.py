"""Everyday words for the mutation test: some without a meaning for time, some that change it wherever they stand."""

from tests.domain.when.wordlist import words

PLAIN = words(
    "house garden kitchen table chair window door wall floor roof paper pencil pen book letter story song music "
    "picture colour red green yellow orange purple brown white grey pink blue round square circle line corner edge "
    "water coffee milk bread butter cheese apple banana soup sandwich salad cake sugar salt pepper "
    "mother father sister brother son daughter uncle aunt cousin friend neighbour baby child woman man girl boy "
    "teacher pupil student head rep member officer comrade branch district region union network committee campaign "
    "school college classroom playground staffroom library office hall church club pub park street road bridge river "
    "sea lake hill field forest tree flower grass leaf bird dog cat horse cow sheep fish mouse rabbit "
    "car bus train bike taxi plane boat ticket station platform bag coat hat shoe shirt scarf umbrella "
    "phone laptop screen keyboard camera radio television website email message link file folder password account "
    "money price cost budget grant fund donation collection bill tax wage salary pension job work trade strike "
    "peace war justice freedom solidarity equality climate rights refugee worker farmer doctor nurse driver cleaner "
    "Cuba Palestine Colombia Honduras Turkey Kenya Nepal Wales London Leeds Bristol Norwich Durham Kent Essex Sussex "
    "Amina Grace Tomasz Mei Priya Bernard Rosa Sandra Dave Sarah Ahmed Fatima Jo Sam Chris Alex Ollie Nadia "
    "happy sad angry tired hungry thirsty busyish quiet loud strong weak tall wide narrow heavy light deep thin "
    "thick clean dirty warm cold hot wet dry soft hard easy difficult simple cheap free full empty open public private "
    "local national global social digital virtual political legal formal informal official friendly lovely brilliant "
    "bring carry hold lift pull throw catch kick jump run walk stand sit lie sleep eat drink cook wash clean paint "
    "draw write read speak listen hear look watch show teach learn study think know believe hope wish want need like "
    "love hate help ask answer tell explain discuss argue agree decide choose vote elect join leave visit travel drive "
    "ride swim sing dance play win lose find search buy sell pay give take send receive share invite welcome introduce "
    "really quite rather very too nearly almost simply clearly probably hopefully sadly luckily kindly gently "
    "everybody somebody everyone someone something everything whoever whatever however therefore because although "
    "also besides moreover indeed perhapsish please thanks sorryish hello goodbye yes okay fine great best nice "
    "with via near behind beside above below inside outside across along through-street towards onto upon against "
    "banner placard leaflet poster sticker badge stall petition rally demo march-past vigil speech speaker panel quiz "
    "raffle film screening exhibition workshop seminar lecture training course module lesson assembly curriculum exam "
    "homework marking report agenda motion amendment resolution proposal policy rule law contract treaty "
    "access ramp lift loop interpreter creche parking toilet heating chairs projector microphone speakers cable plug"
)
"""Words without a meaning for time: put anywhere into a phrase, they must not change its reading unasked."""

TIMELY = words(
    "not never except unless yesterday previous cancelled postponed moved rescheduled recurring repeating ongoing "
    "regularly post pre upto excluding excl suspended twice thrice sometime soon ago hence eventually originally "
    "previously instead but alternate quarter hourly halfterm holidays autumn spring summer winter maybe "
    "perhaps provisionally approximately 1900 2029 excluded omitting save without afterwards "
    "beforehand formerly paused ignoring outwith deferred delayed dusk dawn overnight consecutive throughout"
)
"""Words with a meaning for time: put into a phrase, they must not leave its reading as it was."""
