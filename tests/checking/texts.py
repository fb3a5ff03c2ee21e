"""Sentences of real releases of the Thai government, which are in the public domain (Copyright Act,
section 7), as they were published; and of the seed, the first release of this archive.
"""

SEED_HEADLINE = "พร้อมจับมือ ก.พ. พัฒนาทักษะด้านดิจิทัลของข้าราชการและบุคลากรภาครัฐ (19 พ.ค. 61)"
SEED_BODY = (
    "เมื่อวันที่ 19 พฤษภาคม 2560 เวลา 14.00 น. ณ ห้องประชุม 3210 สำนักงาน ก.พ. นนทบุรี "
    "เลขาธิการ ก.พ. (นางเมธินี เทพมณี) เป็นประธานในการประชุมหารือระดับนโยบาย"
)
