"""How personal data looks on a page by default: enough to tell two people apart, too little to reach one."""


def mask_name(name: str) -> str:
    """Return the family name and stars.

    >>> mask_name("王小明")
    '王**'
    """
    return name[:1] + "*" * (len(name) - 1)


def mask_mobile(number: str) -> str:
    """Return the first three and last four digits.

    >>> mask_mobile("13800001234")
    '138****1234'
    """
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"  # noqa: PLR2004 - three and four are shown


def mask_id_number(number: str) -> str:
    """Return the first six and last four characters.

    >>> mask_id_number("110101199003071234")
    '110101********1234'
    """
    return f"{number[:6]}********{number[-4:]}" if len(number) > 10 else "****"  # noqa: PLR2004 - six and four are shown


def hide(_value: object) -> str:
    """Return stars alone, whatever the value is."""
    return "****"
