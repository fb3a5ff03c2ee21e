"""Texts that no author would write but some program will send."""

from hypothesis import strategies as st

THAI = "".join(map(chr, (*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C))))
LEADING_VOWELS = "เแโใไ"
CONSONANTS = THAI[: THAI.index("ฯ")]
MARKS = "ัิีึืฺุู็่้๊๋์ํ๎"
NEVER_FIRST = MARKS + "ำๅๆ"
OLD_FONTS = "\uf70a\uf70f\uf710\uf71a"
DIRT = "\u200b\u200c\u200d\ufeff\u00ad\u00a0\u2009\u202e\u2028\r\t\x00\x85\ufffc" + OLD_FONTS
FOREIGN = "aZéß\u0301\u0334Ａﬁ½ຳ한ᄀ\u1161😀👍🏽🇹🇭\ud800\udc00"
ABBREVIATED = ("ก.พ.", "อ.ก.พ.", "ฯลฯ", "19 พ.ค. 61", "14.00 น.", "ต่าง ๆ", "น้ำ", "นํ้า", "เเละ", "ที่่")

thai = st.text(alphabet=THAI + " \n.0")
"""Thai characters in any order."""

anything = st.one_of(
    thai,
    st.lists(
        st.one_of(
            st.sampled_from(ABBREVIATED),
            st.sampled_from(THAI + DIRT + FOREIGN + " \n.,-/(0๑"),
        )
    ).map("".join),
    st.text(alphabet=st.characters()),
)
"""Thai, dirt of old programs, other scripts, halves of surrogate pairs, or any characters."""
