"""Code 128, set C, of an even number of digits, as a picture that scales; the symbology is the sandbox's own choice."""

from __future__ import annotations

import re
from typing import Final

START, STOP = 105, 106
QUIET: Final = 10
TABLE: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 "
    "221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 "
    "132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 "
    "312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 "
    "221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 "
    "114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
WIDTHS: Final = tuple(re.findall(r"\d+", TABLE))


def symbols(digits: str) -> list[int]:
    """Start, pairs of digits, check, stop."""
    pairs = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    check = (START + sum(place * value for place, value in enumerate(pairs, 1))) % 103
    return [START, *pairs, check, STOP]


def picture(digits: str) -> str:
    """SVG without scripts; the digits are its name for those who do not see it."""
    bars, at = [], QUIET
    for symbol in symbols(digits):
        for place, width in enumerate(WIDTHS[symbol]):
            if place % 2 == 0:
                bars.append(f"M{at} 0h{width}v40h-{width}z")
            at += int(width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Штрихкод {digits}" viewBox="0 0 {at + QUIET} 40" width="100%" '
        f'height="80"><path fill="#000" d="{"".join(bars)}"/></svg>'
    )
