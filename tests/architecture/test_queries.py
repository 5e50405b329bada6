"""No page asks the database too often, whoever looks at it."""

# The pin travels with BEGIN. An institution's page asks its two questions past SQLAlchemy.
MOST = 8  # statements


def test_no_page_takes_more_than_eight_statements(walk):
    pages = {}
    for one in walk.answers:
        if one.stage == "reading":
            # Of the readings of one page, some also look the municipality up.
            pages[one.asked] = min(one.statements, pages.get(one.asked, one.statements))
    assert len(pages) > 100
    assert {asked: count for asked, count in pages.items() if count > MOST} == {}
