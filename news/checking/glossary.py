"""The Commission's own names, with which the glossary begins; editors keep it from there on."""

from news.checking.drafts import Term

STARTING_TERMS = (
    Term(
        "สำนักงานคณะกรรมการข้าราชการพลเรือน",
        "Office of the Civil Service Commission",
        variants_th=("สำนักงานคณะกรรมการข้าราชการพลเรีอน",),
        variants_en=("Office of Civil Service Commission", "Office of the Civil Service Committee"),
    ),
    Term(
        "สำนักงาน ก.พ.",
        "OCSC",
        variants_th=("สำนักงานกพ.", "สำนักงาน กพ.", "สนง.ก.พ.", "สนง. ก.พ."),
    ),
    Term(
        "คณะกรรมการข้าราชการพลเรือน",
        "Civil Service Commission",
        variants_en=("Civil Service Committee",),
    ),
    Term(
        "เลขาธิการ ก.พ.",
        "Secretary-General of the OCSC",
        variants_th=("เลขาธิการกพ.", "เลขาธิการ กพ.", "เลขา ก.พ."),
        variants_en=("Secretary General of the OCSC", "Secretary of the OCSC"),
    ),
    Term(
        "รองเลขาธิการ ก.พ.",
        "Deputy Secretary-General of the OCSC",
        variants_th=("รองเลขาธิการกพ.", "รองเลขาธิการ กพ.", "รองเลขา ก.พ."),
        variants_en=(
            "Deputy Secretary General of the OCSC",
            "Vice Secretary-General of the OCSC",
        ),
    ),
    Term("ข้าราชการพลเรือน", "civil servants", variants_th=("ข้าราชการพลเรีอน",)),
    Term(
        "สำนักงานคณะกรรมการพัฒนาระบบราชการ",
        "Office of the Public Sector Development Commission",
        variants_en=("Office of Public Sector Development Commission",),
    ),
    Term("สำนักงาน ก.พ.ร.", "OPDC", variants_th=("สำนักงานกพร.", "สำนักงาน กพร.")),
    Term(
        "สำนักนายกรัฐมนตรี",
        "Office of the Prime Minister",
        variants_en=("Prime Minister Office",),
    ),
    Term("รัฐบาลดิจิทัล", "digital government", variants_th=("รัฐบาลดิจิตอล", "รัฐบาลดิจิตัล")),
    Term("ทักษะด้านดิจิทัล", "digital skills", variants_th=("ทักษะด้านดิจิตอล", "ทักษะด้านดิจิตัล")),
    Term("คณะรัฐมนตรี", "Cabinet"),
)
