"""Names of places, institutions and networks in Kazakh, Russian and English. The oblast does not exist."""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """One name in three languages."""

    kk: str
    ru: str
    en: str


class Village(NamedTuple):
    """A settlement and the adjective that Russian makes of it."""

    name: Name
    ru_adjective: str  # nominative feminine, as in "Аксуская школа"


COUNTRY = Name("Қазақстан Республикасы", "Республика Казахстан", "Republic of Kazakhstan")
OBLAST = Name("Көкжазық облысы", "Кокжазыкская область", "Kokzhazyk Region")
CITY = Name("Көкжазық қаласы", "город Кокжазык", "Kokzhazyk city")
TOWN = Name("Кенсай қаласы", "город Кенсай", "Kensai town")
DISTRICTS = (
    Name("Ақсай ауданы", "Аксайский район", "Aksai District"),
    Name("Бұлақты ауданы", "Булактинский район", "Bulakty District"),
    Name("Жаңаөзек ауданы", "Жанаозекский район", "Zhanaozek District"),
    Name("Тоғанас ауданы", "Тоганасский район", "Toganas District"),
)
VILLAGES = (
    Village(Name("Ақсу ауылы", "село Аксу", "Aksu village"), "Аксуская"),
    Village(Name("Қарағаш ауылы", "село Карагаш", "Karagash village"), "Карагашская"),
    Village(Name("Үшқоңыр ауылы", "село Ушконыр", "Ushkonyr village"), "Ушконырская"),
    Village(Name("Мойынқұм ауылы", "село Мойынкум", "Moiynkum village"), "Мойынкумская"),
    Village(Name("Сарыөзен ауылы", "село Сарыозен", "Saryozen village"), "Сарыозенская"),
    Village(Name("Жусанды ауылы", "село Жусанды", "Zhusandy village"), "Жусандинская"),
    Village(Name("Көлбастау ауылы", "село Кольбастау", "Kolbastau village"), "Кольбастауская"),
    Village(Name("Тасөткел ауылы", "село Тасоткель", "Tasotkel village"), "Тасоткельская"),
    Village(Name("Шилібұлақ ауылы", "село Шилибулак", "Shilibulak village"), "Шилибулакская"),
    Village(Name("Еңбекші ауылы", "село Енбекши", "Yenbekshi village"), "Енбекшинская"),
    Village(Name("Аққайнар ауылы", "село Аккайнар", "Akkainar village"), "Аккайнарская"),
    Village(Name("Қызылту ауылы", "село Кызылту", "Kyzyltu village"), "Кызылтуская"),
    Village(Name("Өрнек ауылы", "село Орнек", "Ornek village"), "Орнекская"),
    Village(Name("Талдысай ауылы", "село Талдысай", "Taldysai village"), "Талдысайская"),
    Village(Name("Жиделі ауылы", "село Жиделы", "Zhideli village"), "Жиделинская"),
    Village(Name("Майкөл ауылы", "село Майколь", "Maikol village"), "Майкольская"),
)

NUMBERED_SCHOOLS = (
    Name("№ {n} жалпы білім беретін мектеп", "Общеобразовательная школа № {n}", "General Education School No. {n}"),
    Name("№ {n} мектеп-гимназия", "Школа-гимназия № {n}", "School-Gymnasium No. {n}"),
    Name("№ {n} мектеп-лицей", "Школа-лицей № {n}", "School-Lyceum No. {n}"),
)
NAMED_SCHOOLS = (
    Name("Абай атындағы орта мектеп", "Средняя школа имени Абая", "Abai Secondary School"),
    Name(
        "Ыбырай Алтынсарин атындағы орта мектеп",
        "Средняя школа имени Ыбырая Алтынсарина",
        "Ybyrai Altynsarin Secondary School",
    ),
    Name("Мұхтар Әуезов атындағы гимназия", "Гимназия имени Мухтара Ауэзова", "Mukhtar Auezov Gymnasium"),
    Name(
        "Шоқан Уәлиханов атындағы орта мектеп",
        "Средняя школа имени Чокана Валиханова",
        "Shokan Ualikhanov Secondary School",
    ),
    Name("Қаныш Сәтбаев атындағы лицей", "Лицей имени Каныша Сатпаева", "Kanysh Satbayev Lyceum"),
    Name(
        "Ахмет Байтұрсынұлы атындағы орта мектеп",
        "Средняя школа имени Ахмета Байтурсынулы",
        "Akhmet Baitursynuly Secondary School",
    ),
)
SMALL_SCHOOL = Name("{place} шағын жинақты мектебі", "{adjective} малокомплектная школа", "{place} Small-Class School")
KINDERGARTENS = (
    Name("«Балдәурен» балабақшасы", "Детский сад «Балдаурен»", "Baldauren Kindergarten"),
    Name("«Ақбота» бөбекжайы", "Ясли-сад «Акбота»", "Akbota Nursery School"),
    Name("«Күншуақ» балабақшасы", "Детский сад «Куншуак»", "Kunshuak Kindergarten"),
    Name("«Айгөлек» балабақшасы", "Детский сад «Айголек»", "Aigolek Kindergarten"),
    Name("«Қарлығаш» бөбекжайы", "Ясли-сад «Карлыгаш»", "Karlygash Nursery School"),
)
COLLEGES = (
    Name("Көкжазық педагогикалық колледжі", "Кокжазыкский педагогический колледж", "Kokzhazyk Pedagogical College"),
    Name("Кенсай жоғары колледжі", "Кенсайский высший колледж", "Kensai Higher College"),
    Name("Көкжазық политехникалық колледжі", "Кокжазыкский политехнический колледж", "Kokzhazyk Polytechnic College"),
)
HOBBY_SCHOOLS = (
    Name("Оқушылар сарайы", "Дворец школьников", "Schoolchildren's Palace"),
    Name("№ 1 балалар музыка мектебі", "Детская музыкальная школа № 1", "Children's Music School No. 1"),
)
OTHERS = {
    "university": (
        Name(
            "Көкжазық мемлекеттік педагогикалық университеті",
            "Кокжазыкский государственный педагогический университет",
            "Kokzhazyk State Pedagogical University",
        ),
    ),
    "pd_centre": (
        Name(
            "Педагогтердің біліктілігін арттыру орталығы",
            "Центр повышения квалификации педагогов",
            "Teacher Professional Development Centre",
        ),
    ),
    "resource_centre": (
        Name("Тірек мектеп (ресурстық орталық)", "Опорная школа (ресурсный центр)", "Resource Centre (Support School)"),
    ),
    "authority": (
        Name(
            "Көкжазық облысының білім басқармасы",
            "Управление образования Кокжазыкской области",
            "Education Department of Kokzhazyk Region",
        ),
    ),
    "psychology_centre": (
        Name("Психологиялық қолдау орталығы", "Центр психологической поддержки", "Psychological Support Centre"),
    ),
    "enterprise": (Name("«Көкжазық құрылыс» ЖШС", "ТОО «Кокжазык Курылыс»", "Kokzhazyk Construction LLP"),),
}
#: Schools of the Estonian partner network, with the label of the type and the name that EHIS gives them.
EHIS = {
    "school": (
        (
            "609",
            "Alavere Põhikool",
            "põhikool või gümnaasium",
            Name("Алавере негізгі мектебі", "Основная школа Алавере", "Alavere Basic School"),
        ),
        (
            "611",
            "Kose-Uuemõisa „Lasteaed-Kool“",
            "põhikool või gümnaasium",
            Name("Косе-Ууэмыйза мектебі", "Школа Косе-Ууэмыйза", "Kose-Uuemoisa School"),
        ),
        (
            "734",
            "Tartu Kivilinna  Kool",
            "põhikool või gümnaasium",
            Name("Кивилинна мектебі", "Школа Кивилинна", "Kivilinna School"),
        ),
        (
            "802",
            "Kehra Gümnaasium",
            "põhikool või gümnaasium",
            Name("Кехра гимназиясы", "Гимназия Кехра", "Kehra Gymnasium"),
        ),
    ),
    "kindergarten": (
        (
            "1190",
            'Lasteaed "Lepatriinu"',
            "koolieelne lasteasutus",
            Name("«Лепатриину» балабақшасы", "Детский сад «Лепатриину»", "Lepatriinu Kindergarten"),
        ),
    ),
    "college": (
        (
            "2204",
            "Harju Kutseõppekeskus",
            "kutseõppeasutus",
            Name("Харью кәсіптік оқу орталығы", "Центр профессионального обучения Харью", "Harju Vocational Centre"),
        ),
    ),
    "other": (("3301", "Kehra Gümnaasiumi filiaal", "filiaal", None),),
    "closed": (("98", "Vetla Algkool", "põhikool või gümnaasium", None),),
}
CLUSTERS = (
    Name("«Көкжазық» педагогикалық желісі", "Педагогическая сеть «Кокжазык»", "Kokzhazyk Pedagogical Network"),
    Name(
        "«Ауыл мектебі» педагогикалық желісі",
        "Педагогическая сеть «Сельская школа»",
        "Rural School Pedagogical Network",
    ),
    Name(
        "«Кенсай» білім беру-өндірістік кластері",
        "Образовательно-производственный кластер «Кенсай»",
        "Kensai Education and Production Cluster",
    ),
)
