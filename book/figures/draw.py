"""Draw the book's diagrams, each for a light and a dark page: `python book/figures/draw.py`.

Writes NAME.svg and NAME-dark.svg beside this file. A page names the first only; book/_ext/gan_book.py puts the second
beside it. A drawing is 560 units wide and is shown so; on a phone about 350 pixels are left of that, where type of
18 units is still 11 pixels high. An actor has one colour everywhere. In the pictures of training, a player who
moves is a full box, and one who stands still is an outline.
"""

import random
from pathlib import Path
from xml.sax.saxutils import escape

FIGURES = Path(__file__).parent
WIDTH = 560
FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation Sans',system-ui,sans-serif"
CODE = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace"

# The colours of book/_static/book.css. "… words" is for words on the page, "… box" for what words "on box" lie on.
LIGHT = {
    "page": "#ffffff", "ink": "#1f2937", "quiet": "#4b5563", "on box": "#ffffff",
    "real": "#1b7f79", "real words": "#187570", "real box": "#1b7f79",
    "generator": "#c8570b", "generator words": "#b94f08", "generator box": "#b94f08",
    "discriminator": "#6c4ab6", "discriminator words": "#6c4ab6", "discriminator box": "#6c4ab6",
    "latent": "#64748b", "latent words": "#5c6b80", "latent box": "#64748b",
}  # fmt: skip
DARK = {
    "page": "#14181e", "ink": "#e5e9f0", "quiet": "#c3cad5", "on box": "#14181e",
    "real": "#4fc3ba", "real words": "#4fc3ba", "real box": "#4fc3ba",
    "generator": "#f59a4a", "generator words": "#f59a4a", "generator box": "#f59a4a",
    "discriminator": "#a78bfa", "discriminator words": "#a78bfa", "discriminator box": "#a78bfa",
    "latent": "#94a3b8", "latent words": "#94a3b8", "latent box": "#94a3b8",
}  # fmt: skip
THEMES = {"": LIGHT, "-dark": DARK}

# What a reader sees who cannot see the drawing: its <desc>, and the alt text on the pages.
ALT = {
    "gan": "A latent vector goes into the generator, which makes an image. Real images and generated ones go into the "
    "discriminator, which answers with the probability that an image is real. From that answer the discriminator "
    "learns to tell the two apart, and the generator learns to be taken for real.",
    "discriminator": "The discriminator from top to bottom. An image of 28 by 28 pixels and one channel, real or "
    "generated, passes four blocks, each with a convolution of stride 2, LeakyReLU and dropout; all but "
    "the first also have batch normalization. The maps shrink and multiply: 14 by 14 with 32 maps; 7 by 7 "
    "with 64, padded with a row and a column of zeros to 8 by 8; 4 by 4 with 128; 2 by 2 with 256. "
    "Flattened, these are 1,024 numbers, which a dense layer with a sigmoid turns into one: the "
    "probability that the image is real.",
    "generator": "The generator from top to bottom. A latent vector of 100 numbers becomes 6,272 in a dense layer, "
    "which are folded into 128 maps of 7 by 7. Two blocks follow, each with upsampling, a convolution, "
    "batch normalization and relu: the first gives 128 maps of 14 by 14, the second 64 maps of 28 by 28. "
    "A last convolution with tanh mixes them into one image of 28 by 28 pixels with values from minus 1 "
    "to 1.",
    "upsampling": "Upsampling in two moves. A square of four numbers, 1 and 2 above 3 and 4. First each row is written "
    "twice, which gives four rows of two. Then each column is written twice, which gives four rows of "
    "four: every number now fills a square of two by two.",
    "training": "The two training steps. Discriminator step: a photograph, with target 1, and a generated image, with "
    "target 0, go into the discriminator. The gradient runs back into the discriminator, which moves, and "
    "stops there; the generator stands still. Generator step: a generated image goes into the "
    "discriminator with target 1. The gradient passes through the discriminator, which stands still, back "
    "to the generator, which moves.",
    "combined": "The combined model of the classic recipe, drawn as a frame around two networks. A latent vector goes "
    "into the generator, marked as trained; its image goes into the discriminator, which is hatched, "
    "bears a lock and is marked as frozen. The loss compares the answer with the target 1, real. From the "
    "loss a dashed arrow, the gradient, runs back through the frozen discriminator and ends at the "
    "generator.",
    "unet": "The U-Net of Pix2Pix. On the left, a sketch of 28 by 28 pixels goes down through five strided "
    "convolutions: 16 by 16 with 32 maps, 8 by 8 with 64, 4 by 4 with 96, 2 by 2 with 96, 1 by 1 with 96. On the right, "
    "transposed convolutions lead up again through the same sizes to an image. At each size but the smallest a dashed "
    "arrow hands the maps of the way down across to the way up.",
    "patchgan": "The discriminator of Pix2Pix. A sketch and an image, 28 by 28 pixels each, lie on each other. A frame "
    "marks a patch of 16 by 16 pixels. An arrow leads from it to one cell of a map of 12 by 12 probabilities: each cell "
    "judges its own patch.",
    "srresnet": "The generator of SRGAN from top to bottom. An image of 7 by 7 pixels becomes 32 maps of 7 by 7 in a "
    "convolution. Residual blocks follow, each of which adds what it finds to what it was given. Two blocks, each a "
    "convolution to 128 maps of which each four are laid into one, give 32 maps of 14 by 14 and of 28 by 28. A last "
    "convolution with tanh gives the image of 28 by 28 pixels.",
    "stackgan": "The two stages of StackGAN. A caption, a dark ankle boot, becomes a vector. Stage I takes it with noise and "
    "makes a rough image of 14 by 14 pixels. Stage II takes the rough image and the vector again, and makes an image of 28 "
    "by 28 pixels. Each stage has a discriminator, which sees the image and the caption.",
    "classes": "A class on request. The label, boot, becomes a vector of 50 learned numbers, which stands beside the latent "
    "vector of 100 random ones. From both the generator makes an image. The discriminator sees the image and the label. "
    "It adds two scores, one for looking real and one for fitting the class; their sum becomes the probability.",
    "build": "The whole build in seven numbered stages. 1: photographs of garments. 2: their pixels, from 0 to "
    "255, are scaled to the range from minus 1 to 1; from here an arrow leads to stage 5. 3: two "
    "networks, generator and discriminator. 4: GAN.compile gives each its own optimizer, and chooses the "
    "loss. 5: GAN.fit repeats two steps for every batch: the discriminator step, then the generator step. "
    "6: a run leaves samples, losses and a recording. 7: look at the same latent vectors over time, and "
    "measure samples against photographs.",
}

# Garments of 14 by 14 pixels: # full, + in the shade, o a wrong pixel.
TROUSER = """
....######....|....#####+....|....#####+....|...#######+...|...#######+...|...#######+...|...###..##+...
...###..##+...|...###..##+...|...###..##+...|...###..##+...|...###..##+...|...###..##+...|...+++..+++..."""
BAG = """
..............|.....####.....|....#....#....|...#......#...|...#......#...|.###########+.|#############+
#############+|#############+|#############+|#############+|#############+|#############+|.++++++++++++."""
SNEAKER = """
..............|..............|..............|..............|......##......|##..#####.....|########+#....
###########...|############..|#############.|##############|##############|##############|.++++++++++++."""
BOOT = """
...######.....|...#####+.....|...#####+.....|...##++#+.....|...##++#+.....|...##++#+.....|...######+....
...########...|...##########.|...###########|...##########+|...###########|...+++++++++++|...+++...++++."""
SHIRT = """
...###..###...|.############.|##############|#############+|############++|##.########+.+|...########+..
...########+..|...########+..|...########+..|...########+..|...########+..|...########+..|...+++++++++.."""
GENERATED = """
....#.o.o##...|.###.########.|#o############|#########.###+|########.###++|#o.#.####o#+.+|...########+o.
...####.###+..|.oo###o###.+..|...####o###+o.|....#######+..|...#######o+..|...########+..|...+++++++++.."""
ROUGH = """
...###o##.....|...#o##.+.....|...#####+.....|...#o++#+.....|...##++##.....|...####o+.....|...##o###+....
...####o###...|....########..|...##o#######.|...#####o###+|...##########.|...+++o+++.+..|...+.+...+++.."""
SIDES = {28: 84, 16: 66, 14: 63, 8: 52, 7: 49, 4: 36, 2: 24, 1: 14}  # of a map with so many cells a side: smaller, yet countable


class Drawing:
    """An SVG that is being drawn. Colours are names of the theme; y grows downwards; text stands on its y."""

    def __init__(self, theme):
        self.theme, self.parts, self.heads, self.height = theme, [], set(), 0

    def svg(self, title, description):
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}"'
        marker = (
            '<marker id="{0}" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="13" markerHeight="13" '
            'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L10 5L0 9.5L2.4 5z" fill="{1}"/></marker>'
        )
        lines = [
            f'{head} height="{self.height}" role="img" aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title>',
            f'<desc id="d">{escape(description)}</desc>',
            "<defs>" + "".join(marker.format(name, self.theme[name]) for name in sorted(self.heads)) + "</defs>",
            f'<g font-family="{FONT}" font-size="18" font-weight="600" text-anchor="middle">',
            *self.parts,
            "</g>\n</svg>\n",
        ]
        return "\n".join(lines)

    def mix(self, name, share):
        """Return a colour thinned with that of the page, as if it were transparent."""
        pairs = zip(*(bytes.fromhex(self.theme[key][1:]) for key in (name, "page")))
        return "#" + bytes(round(share * over + (1 - share) * under) for over, under in pairs).hex()

    def rect(self, x, y, width, height, fill="none", edge=None, radius=0, thick=2.5):
        fill = self.theme.get(fill, fill)
        edge = f' stroke="{self.theme.get(edge, edge)}" stroke-width="{thick}"' if edge else ""
        radius = f' rx="{radius}"' if radius else ""
        place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        self.parts.append(f'<rect {place}{radius} fill="{fill}"{edge}/>')

    def text(self, x, y, words, colour="ink", size=18, weight=600, anchor="middle", font=None):
        more = f' font-size="{size}"' if size != 18 else ""
        more += f' font-weight="{weight}"' if weight != 600 else ""
        more += f' text-anchor="{anchor}"' if anchor != "middle" else ""
        more += f' font-family="{font}"' if font else ""
        words = escape(words).replace("_z_", '<tspan font-style="italic">z</tspan>')
        self.parts.append(f'<text x="{x:g}" y="{y:g}" fill="{self.theme[colour]}"{more}>{words}</text>')

    def line(self, path, colour="ink", dashed=False, head=True, thick=3):
        more = ' stroke-dasharray="8 7"' if dashed else ""
        if head:
            self.heads.add(colour)
            more += f' marker-end="url(#{colour})"'
        style = f'fill="none" stroke-width="{thick}" stroke-linecap="round" stroke-linejoin="round"'
        self.parts.append(f'<path d="{path}" stroke="{self.theme[colour]}" {style}{more}/>')

    def pixels(self, x, y, scale, rows, colours):
        """Draw rows of characters as squares, those of `colours` only."""
        self.parts.append(f'<g transform="translate({x:g} {y:g}) scale({scale:g})" fill="none" stroke-width="1.02">')
        for mark, colour in colours.items():
            runs = []
            for i, row in enumerate(rows):
                j = 0
                while j < len(row):
                    start = j
                    while j < len(row) and row[j] == mark:
                        j += 1
                    runs += [f"M{start} {i}.5h{j - start}"] if j > start else []
                    j += j == start
            self.parts.append(f'<path stroke="{self.theme.get(colour, colour)}" d="{"".join(runs)}"/>')
        self.parts.append("</g>")

    def picture(self, x, y, side, garment, actor):
        self.rect(x, y, side, side, self.mix(actor, 0.04), actor, radius=round(side / 11), thick=3)
        margin = side * 0.1
        shades = {"#": actor, "+": self.mix(actor, 0.65), "o": self.mix("latent", 0.75)}
        rows = garment.strip().replace("\n", "|").split("|")
        self.pixels(x + margin, y + margin, (side - 2 * margin) / 14, rows, shades)

    def vector(self, x, y, width, height, actor="latent", cells=6):
        shades = [0.9, 0.35, 0.65, 0.2, 0.8, 0.5]
        for i in range(cells):
            self.rect(x + i * width / cells, y, width / cells, height, self.mix(actor, shades[i % 6]))
        self.rect(x, y, width, height, edge=actor, radius=4, thick=3)

    def player(self, x, y, width, height, lines, actor, moves=True, size=18):
        """Draw a network: a full box if it moves, an outline if it stands still."""
        self.rect(x, y, width, height, f"{actor} box" if moves else "page", actor, radius=12, thick=3)
        first = y + height / 2 + size * 0.36 - (len(lines) - 1) * 12
        for i, words in enumerate(lines):
            colour = "on box" if moves else f"{actor} words"
            self.text(x + width / 2, first + 24 * i, words, colour, size if i == 0 else 18, 700 if i == 0 else 500)

    def maps(self, x, y, cells, plates, actor, zeros=False):
        """Draw feature maps as a pile, the front one cell by cell; return the height of the pile."""
        side, shades = SIDES[cells], random.Random(3)
        for k in reversed(range(plates)):
            self.rect(x + 4 * k, y + 3 * (plates - 1 - k), side, side, self.mix(actor, 0.15), actor, thick=1.3)
        rows = ["".join("abcd"[int(4 * shades.random())] for _ in range(cells)) for _ in range(cells)]
        if zeros:
            rows = [row[:-1] + "0" for row in rows[:-1]] + ["0" * cells]
        colours = {mark: self.mix(actor, share) for mark, share in zip("abcd", (0.2, 0.4, 0.6, 0.8))}
        top = y + 3 * (plates - 1)
        self.pixels(x, top, side / cells, rows, colours | ({"0": "page"} if zeros else {}))
        self.rect(x, top, side, side, edge=actor, thick=2)
        return side + 3 * (plates - 1)

    def answer(self, x, y, width, share):
        """Draw a scale from 0 to 1 with the discriminator's answer on it."""
        self.rect(x, y, width, 24, self.mix("discriminator", 0.2), "discriminator", radius=12, thick=3)
        where = f'cx="{x + share * width:g}" cy="{y + 12:g}" r="15"'
        colours = f'fill="{self.theme["discriminator"]}" stroke="{self.theme["page"]}"'
        self.parts.append(f'<circle {where} {colours} stroke-width="4"/>')
        self.text(x - 20, y + 19, "0", size=20, weight=700)
        self.text(x + width + 20, y + 19, "1", size=20, weight=700)


def gan(d):
    d.text(173, 28, "latent vector _z_", "latent words", 22)
    d.vector(96, 42, 154, 28)
    d.text(395, 28, "real data", "real words", 22)
    for i, garment in enumerate((TROUSER, BAG, SNEAKER, BOOT, SHIRT, TROUSER)):
        d.picture(317 + 54 * (i % 3), 42 + 54 * (i // 3), 48, garment, "real")
    d.line("M173 75V98")
    d.line("M173 171V194")
    d.line("M395 149V194")
    d.player(72, 105, 202, 62, ["generator G"], "generator", size=26)
    d.picture(121, 202, 104, GENERATED, "generator")
    d.text(173, 333, "generated image", "generator words", 22)
    d.picture(343, 202, 104, BOOT, "real")
    d.text(395, 333, "real image", "real words", 22)
    d.line("M173 343V370")
    d.line("M395 343V370")
    d.player(72, 377, 424, 62, ["discriminator D"], "discriminator", size=26)
    d.line("M284 443V468")
    d.answer(118, 479, 332, 0.3)
    d.text(284, 538, "probability that it is real", size=22)
    d.text(506, 590, "D learns to tell the two apart", "discriminator words", 20, anchor="end")
    d.line("M516 583H524Q540 583 540 567V424Q540 408 524 408H504", "discriminator", dashed=True)
    d.text(54, 632, "G learns to raise D’s answer to its images", "generator words", 20, anchor="start")
    d.line("M44 625H36Q20 625 20 609V152Q20 136 36 136H64", "generator", dashed=True)
    d.height = 650


def tower(d, actor, stages):
    """Draw a network from top to bottom: what goes in, then blocks of layers and what each gives.

    Args:
        stages: tuples (layers of the block, or None; function (x, y) that draws what it gives and returns the
            height; shape; note).
    """
    y = 14
    for layers, draw, shape, note in stages:
        if layers:
            tall = 16 + 24 * len(layers)
            d.line(f"M96 {y}V{y + tall + 8}", actor)
            d.rect(184, y, 364, tall, d.mix(actor, 0.07), radius=10)
            for i, words in enumerate(layers):
                d.text(198, y + 26 + 24 * i, words, f"{actor} words", anchor="start")
            y += tall + 16
        tall = max(draw(y), 54)
        d.text(198, y + tall / 2 - 3, shape, size=22, weight=700, anchor="start")
        d.text(198, y + tall / 2 + 22, note, "quiet", weight=400, anchor="start")
        y += tall + 10
    d.height = round(y + 6)


def discriminator(d):
    def images(y):
        d.picture(16, y, 72, BOOT, "real")
        d.picture(104, y, 72, GENERATED, "generator")
        return 72

    def maps(cells, plates, **how):
        return lambda y: d.maps(96 - (SIDES[cells] + 4 * plates - 4) / 2, y, cells, plates, "discriminator", **how)

    def numbers(y):
        d.vector(16, y + 13, 160, 28, "discriminator", cells=24)
        return 54

    def answer(y):
        d.answer(40, y + 15, 112, 0.3)
        return 54

    block = ["convolution, stride 2 →", "batch norm →", "LeakyReLU → dropout"]
    stages = [
        (None, images, "28 × 28 × 1", "an image, real or generated"),
        (["convolution, stride 2 →", "LeakyReLU → dropout"], maps(14, 4), "14 × 14 × 32", "32 maps"),
        (
            ["convolution, stride 2 → padding →", *block[1:]],
            maps(8, 6, zeros=True),
            "7 × 7 × 64 → 8 × 8 × 64",
            "a row and a column of zeros added",
        ),
        (block, maps(4, 8), "4 × 4 × 128", "128 maps"),
        (block, maps(2, 11), "2 × 2 × 256", "256 maps"),
        (["flatten"], numbers, "1,024", "2 · 2 · 256 numbers"),
        (["dense → sigmoid"], answer, "1", "the probability that it is real"),
    ]
    tower(d, "discriminator", stages)


def maps_of(d, cells, plates):
    """Return the stage of a tower that shows the generator's maps, around the middle of its column."""
    return lambda y: d.maps(96 - (SIDES[cells] + 4 * plates - 4) / 2, y, cells, plates, "generator")


def generator(d):
    def latent(y):
        d.vector(36, y + 13, 120, 28)
        return 54

    def numbers(y):
        d.vector(16, y + 13, 160, 28, "generator", cells=24)
        return 54

    def image(y):
        d.picture(54, y, 84, GENERATED, "generator")
        return 84

    block = ["upsampling → convolution →", "batch norm → relu"]
    stages = [
        (None, latent, "100", "the latent vector _z_"),
        (["dense → relu"], numbers, "6,272", "7 · 7 · 128 numbers"),
        (["reshape"], maps_of(d, 7, 8), "7 × 7 × 128", "128 maps"),
        (block, maps_of(d, 14, 8), "14 × 14 × 128", "128 maps"),
        (block, maps_of(d, 28, 6), "28 × 28 × 64", "64 maps"),
        (["convolution → tanh"], image, "28 × 28 × 1", "an image, values from −1 to 1"),
    ]
    tower(d, "generator", stages)


def edges(garment):
    """Return the outline of a garment, a sketch of it."""
    rows = garment.strip().replace("\n", "|").split("|")
    full = {(i, j) for i, row in enumerate(rows) for j, mark in enumerate(row) if mark in "#+o"}
    around = ((0, 1), (1, 0), (0, -1), (-1, 0))
    line = {(i, j) for i, j in full if any((i + a, j + b) not in full for a, b in around)}
    return "|".join("".join("#" if (i, j) in line else "." for j in range(14)) for i in range(len(rows)))


def unet(d):
    sizes, left, right = ((16, 32), (8, 64), (4, 96), (2, 96), (1, 96)), 120, 440
    d.picture(left - 42, 44, 84, edges(BOOT), "latent")
    d.picture(right - 42, 44, 84, BOOT, "generator")
    d.text(left, 30, "sketch", "latent words", 22)
    d.text(right, 30, "generated image", "generator words", 22)
    above, y = 128, 158
    for cells, n in sizes:
        plates = 5 if cells > 1 else 8
        tall = SIDES[cells] + 3 * (plates - 1)
        bottom = cells == 1
        for x in (280,) if bottom else (left, right):
            d.maps(x - (SIDES[cells] + 4 * plates - 4) / 2, y, cells, plates, "generator")
        words = f"{cells} × {cells} × {n}"
        if bottom:
            d.text(280, y + tall + 26, words, size=20, weight=700)
            d.line(f"M{left} {above + 4}V{y + tall / 2}H236", "generator")
            d.line(f"M324 {y + tall / 2}H{right}V{above + 14}", "generator")
        else:
            d.text(280, y + tall / 2 - 8, words, size=20, weight=700)
            d.line(f"M{left + 62} {y + tall / 2 + 6}H{right - 66}", "generator", dashed=True)
            d.line(f"M{left} {above + 4}V{y - 8}", "generator")
            d.line(f"M{right} {y - 2}V{above + 14}", "generator")
        above = y + tall
        y = above + 34
    d.text(280, above + 62, "down: convolutions of stride 2; up: transposed ones", "quiet", weight=400)
    d.text(280, above + 88, "dashed: maps handed across", "generator words", weight=500)
    d.height = round(above + 104)


def patchgan(d):
    d.text(140, 30, "a sketch, an image", size=22)
    d.picture(104, 48, 172, edges(SHIRT), "latent")
    d.picture(36, 96, 172, GENERATED, "generator")
    cell = 172 * 0.8 / 28  # a pixel of the image
    d.rect(36 + 17.2 + 7 * cell, 96 + 17.2 + 4 * cell, 16 * cell, 16 * cell, edge="discriminator", thick=5)
    d.text(140, 304, "28 × 28 pixels each", "quiet", weight=400)
    d.text(140, 332, "frame: a patch of 16 × 16", "discriminator words")
    d.text(430, 30, "one answer a patch", "discriminator words", 22)
    shades, cell = random.Random(5), 16
    for i in range(12):
        for j in range(12):
            d.rect(
                334 + cell * j, 72 + cell * i, cell, cell, d.mix("discriminator", 0.15 + 0.7 * shades.random()), "page", thick=1
            )
    d.rect(334 + 7 * cell, 72 + 4 * cell, cell, cell, edge="ink", thick=4)
    d.rect(334, 72, 12 * cell, 12 * cell, edge="discriminator", thick=3)
    d.line(f"M172 176C230 150 300 146 {334 + 7 * cell - 6} {72 + 4.5 * cell}")
    d.text(430, 304, "12 × 12 probabilities", size=20, weight=700)
    d.height = 352


def srresnet(d):
    def small(y):
        rows = ["abcbacc", "bddcbaa", "cdddcba", "bcddcbb", "abddcba", "abcdcba", "aabcbaa"]
        colours = {mark: d.mix("latent", share) for mark, share in zip("abcd", (0.15, 0.4, 0.65, 0.9))}
        d.pixels(71, y, 7, rows, colours)
        d.rect(71, y, 49, 49, edge="latent", thick=3)
        return 49

    def image(y):
        d.picture(54, y, 84, SNEAKER, "generator")
        return 84

    larger = ["convolution to 128 maps →", "lay each four into one"]
    stages = [
        (None, small, "7 × 7 × 1", "the small image"),
        (["convolution"], maps_of(d, 7, 6), "7 × 7 × 32", "32 maps"),
        (["residual blocks: each adds what", "it finds to what it was given"], maps_of(d, 7, 6), "7 × 7 × 32", "32 maps"),
        (larger, maps_of(d, 14, 6), "14 × 14 × 32", "32 maps"),
        (larger, maps_of(d, 28, 6), "28 × 28 × 32", "32 maps"),
        (["convolution → tanh"], image, "28 × 28 × 1", "the image"),
    ]
    tower(d, "generator", stages)


def stackgan(d):
    d.text(280, 30, "“a dark ankle boot”", "latent words", 22)
    d.line("M280 42V62")
    d.vector(180, 70, 200, 28, cells=12)
    d.text(392, 92, "its vector", "quiet", weight=400, anchor="start")
    for x, name, side, shape, garment in ((148, "Stage I", 70, "14 × 14", ROUGH), (412, "Stage II", 104, "28 × 28", BOOT)):
        d.line(f"M280 98V112Q280 122 {280 + (20 if x > 280 else -20)} 122H{x - (18 if x > 280 else -18)}Q{x} 122 {x} 140V166")
        d.player(x - 100, 174, 200, 62, [f"{name}: G"], "generator", size=24)
        d.line(f"M{x} 240V262")
        d.picture(x - side / 2, 270, side, garment, "generator")
        d.text(x, 270 + side + 26, shape, size=20, weight=700)
        d.player(x - 100, 432, 200, 62, [f"{name}: D"], "discriminator", size=24)
        d.line(f"M{x} {270 + side + 36}V424")
        d.text(x, 520, "image and caption", "discriminator words")
    d.line("M190 305H286Q304 305 304 287V226Q304 206 304 206H304", "generator", head=False)
    d.line("M286 305Q304 305 304 287V223Q304 205 306 205H306", "generator", head=False)
    d.line("M304 287V215Q304 205 306 205", "generator")
    d.text(60, 160, "+ noise", "latent words", anchor="start")
    d.height = 540


def classes(d):
    d.text(150, 30, "label: boot", "ink", 22)
    d.text(400, 30, "latent vector _z_", "latent words", 22)
    d.line("M150 42V62")
    d.vector(90, 70, 120, 28, "ink", cells=8)
    d.vector(290, 70, 220, 28, cells=14)
    d.text(150, 122, "50 numbers, learned", "quiet", weight=400)
    d.text(400, 122, "100 numbers, random", "quiet", weight=400)
    d.line("M150 132V146Q150 158 170 158H240Q262 158 262 176V180")
    d.line("M400 132V146Q400 158 380 158H320Q298 158 298 176V180")
    d.player(160, 188, 240, 62, ["generator G"], "generator", size=26)
    d.line("M280 254V276")
    d.picture(228, 284, 104, BOOT, "generator")
    d.line("M280 392V414")
    d.player(160, 422, 240, 62, ["discriminator D"], "discriminator", size=26)
    d.text(60, 440, "label:", size=20)
    d.text(60, 466, "boot", size=20)
    d.line("M92 452H150")
    d.line("M196 488V520", "discriminator")
    d.line("M364 488V520", "discriminator")
    d.text(178, 548, "looks real", "discriminator words", 20)
    d.text(272, 548, "+", size=24)
    d.text(378, 548, "fits the class", "discriminator words", 20)
    d.line("M280 558V578")
    d.answer(118, 588, 324, 0.6)
    d.height = 630


def upsampling(d):
    shares = {1: 0.12, 2: 0.3, 3: 0.5, 4: 1}

    def array(x, y, rows):
        for i, row in enumerate(rows):
            for j, number in enumerate(row):
                fill = "generator box" if number == 4 else d.mix("generator", shares[number])
                d.rect(x + 50 * j, y + 50 * i, 50, 50, fill, "page", thick=2)
                words = "on box" if number == 4 else "ink"
                d.text(x + 50 * j + 25, y + 50 * i + 33, str(number), words, 22, 700)
        d.rect(x, y, 50 * len(rows[0]), 50 * len(rows), edge="generator", radius=3, thick=3)

    array(16, 66, [[1, 2], [3, 4]])
    array(180, 16, [[1, 2], [1, 2], [3, 4], [3, 4]])
    array(344, 16, [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]])
    d.line("M124 116H168")
    d.line("M288 116H332")
    for x, first, second in ((66, "four", "numbers"), (230, "each row", "twice"), (444, "then each column", "twice")):
        d.text(x, 248, first)
        d.text(x, 272, second)
    d.height = 286


def step(d, y, height, title, words, actor):
    d.rect(4, y, 552, height, edge=actor, radius=16, thick=2)
    d.text(20, y + 34, title, f"{actor} words", 22, 700, "start")
    d.text(20, y + 60, words, "quiet", weight=400, anchor="start")


def forward(d, y, moves):
    """Draw z → G → image, each centred on y."""
    d.text(34, y - 24, "_z_", "latent words", 20, 700)
    d.vector(16, y - 14, 36, 28, cells=4)
    d.line(f"M56 {y}H66")
    d.player(74, y - 34, 122, 68, ["generator", "moves" if moves else "stands still"], "generator", moves)
    d.line(f"M201 {y}H211")
    d.picture(219, y - 30, 60, GENERATED, "generator")
    d.line(f"M284 {y}H294")


def target(d, y, answer):
    """Draw the arrow from D's box, centred on y, to the answer that the step asks for."""
    d.line(f"M465 {y}H474")
    d.text(516, y - 2, "target")
    d.text(516, y + 20, str(answer), weight=700)


def training(d):
    step(d, 4, 334, "1 · Discriminator step", "D moves, G stands still", "discriminator")
    d.text(207, 126, "photograph", "real words", anchor="end")
    d.picture(219, 90, 60, BOOT, "real")
    d.line("M284 120H294")
    forward(d, 208, moves=False)
    d.player(302, 88, 158, 154, ["discriminator", "moves"], "discriminator")
    target(d, 120, 1)
    target(d, 208, 0)
    d.line("M516 238V262Q516 274 504 274H276", "discriminator", dashed=True, head=False)
    d.line("M380 274V252", "discriminator", dashed=True)
    d.line("M268 258V290", head=False, thick=6)
    d.text(254, 280, "the gradient stops here", anchor="end")
    d.text(20, 316, "nothing reaches G: its images are only data", "quiet", weight=400, anchor="start")

    step(d, 352, 246, "2 · Generator step", "G moves, D stands still", "generator")
    forward(d, 482, moves=True)
    d.player(302, 434, 158, 118, [], "discriminator", moves=False)
    d.text(381, 476, "discriminator", "discriminator words", weight=700)
    d.text(381, 500, "stands still", "discriminator words", weight=500)
    target(d, 482, 1)
    d.line("M516 512V522Q516 534 504 534H147Q135 534 135 526", "generator", dashed=True)
    d.text(20, 580, "the gradient passes through D and moves G", anchor="start")
    d.height = 602


def hatched(d, x, y, width, height, actor):
    """Draw a box of slanted lines, for a network that is frozen."""
    d.rect(x, y, width, height, d.mix(actor, 0.12), radius=12)
    lines = []
    for c in range(16, round(width + height) - 8, 14):  # the line from (x + c, y) down to (x, y + c), cut to the box
        start, end = (min(c, width - 1), max(c - width, 1)), (max(c - height, 1), min(c, height - 1))
        lines.append(f"M{x + start[0]:g} {y + start[1]:g}L{x + end[0]:g} {y + end[1]:g}")
    d.line("".join(lines), actor, head=False, thick=1.5)
    d.rect(x, y, width, height, edge=actor, radius=12, thick=3)


def combined(d):
    frame = "M26 6H534Q552 6 552 24V572Q552 590 534 590H26Q8 590 8 572V24Q8 6 26 6Z"
    d.line(frame, "quiet", dashed=True, head=False, thick=2)
    d.text(26, 38, "combined model", size=22, weight=700, anchor="start")
    d.vector(143, 66, 134, 28)
    d.text(290, 87, "latent vector _z_", "latent words", anchor="start")
    d.line("M210 100V124")
    d.player(80, 132, 260, 76, ["generator", "trained"], "generator", size=22)
    d.line("M210 214V236")
    d.picture(168, 244, 84, GENERATED, "generator")
    d.text(264, 292, "generated image", "generator words", anchor="start")
    d.line("M210 334V356")
    hatched(d, 30, 364, 500, 134, "discriminator")
    d.rect(64, 384, 292, 94, "page", "discriminator", radius=10, thick=2)
    d.rect(86, 424, 40, 32, "discriminator", radius=5)
    d.line("M95 424V414Q95 402 106 402Q117 402 117 414V424", "discriminator", head=False, thick=5)
    d.text(228, 426, "discriminator", "discriminator words", 22, 700)
    d.text(228, 456, "FROZEN", "discriminator words", 22, 700)
    d.line("M210 504V524")
    d.answer(110, 538, 200, 0.3)
    d.line("M210 570V606")
    d.rect(26, 614, 368, 50, "page", "ink", radius=12)
    d.text(210, 646, "loss: answer against target 1")
    # The gradient, with room made for it where it crosses the hatching.
    d.line("M450 366V496", "page", head=False, thick=18)
    d.line("M400 640H434Q450 640 450 624V186Q450 170 434 170H350", "generator", dashed=True)
    d.text(500, 300, "gradient", "generator words")
    d.height = 676


def build(d):
    def stage(number, y):
        d.parts.append(f'<circle cx="26" cy="{y}" r="18" fill="{d.theme["ink"]}"/>')
        d.text(26, y + 7, str(number), "page", 20, 700)

    def box(x, y, width, lines, edge="ink", font=None):
        d.rect(x, y, width, 16 + 26 * len(lines), "page", edge, radius=10)
        d.text(x + width / 2, y + 27, lines[0], edge if edge == "ink" else f"{edge} words", font=font)
        for i, words in enumerate(lines[1:], start=1):
            d.text(x + width / 2, y + 27 + 26 * i, words, "quiet", weight=400)

    stage(1, 40)
    for i, garment in enumerate((TROUSER, BAG, SNEAKER, BOOT, SHIRT)):
        d.picture(58 + 54 * i, 16, 48, garment, "real")
    d.text(338, 47, "photographs", "real words", anchor="start")
    d.line("M285 70V92", "real")
    stage(2, 134)
    box(58, 100, 454, ["scale the pixels", "from 0 … 255 to −1 … 1, the range of tanh"], "real")
    stage(3, 236)
    d.player(58, 204, 219, 64, ["generator", "noise → image"], "generator")
    d.player(293, 204, 219, 64, ["discriminator", "image → probability"], "discriminator")
    d.line("M167 274V296")
    d.line("M402 274V296")
    stage(4, 338)
    box(58, 304, 454, ["GAN.compile", "an optimizer for each player, and a loss"], font=CODE)
    d.line("M285 378V400")
    stage(5, 478)
    d.rect(58, 408, 454, 142, "none", "ink", radius=12)
    d.line("M516 134H524Q540 134 540 150V463Q540 479 524 479H522", "real")
    d.text(74, 437, "GAN.fit", anchor="start", font=CODE)
    d.text(496, 437, "for every batch, again and again", "quiet", weight=400, anchor="end")
    box(70, 452, 206, ["discriminator step", "D moves"], "discriminator")
    box(306, 452, 194, ["generator step", "G moves"], "generator")
    d.line("M281 486H296")
    d.line("M403 526Q403 537 391 537H185Q173 537 173 529", dashed=True)
    d.line("M285 556V578")
    stage(6, 607)
    for x, words, edge in ((58, "samples", "generator"), (214, "losses", "ink"), (370, "recording", "ink")):
        box(x, 586, 142, [words], edge)
    d.line("M285 634V656")
    stage(7, 711)
    box(58, 664, 454, ["look and measure", "the same latent vectors over time,", "samples against photographs"])
    d.height = 770


TITLES = {
    "gan": "What a generative adversarial network is, in one picture",
    "discriminator": "The discriminator, layer by layer",
    "generator": "The generator, layer by layer",
    "upsampling": "Upsampling repeats rows and columns",
    "training": "The two training steps",
    "combined": "The combined model of the classic recipe, with its frozen half",
    "unet": "The U-Net of Pix2Pix",
    "patchgan": "A discriminator of patches",
    "srresnet": "The generator of SRGAN",
    "stackgan": "The two stages of StackGAN",
    "classes": "A class on request",
    "build": "Building a GAN, from the data to the samples",
}
DRAWN = (gan, discriminator, generator, upsampling, training, combined, build, unet, patchgan, srresnet, stackgan, classes)
DIAGRAMS = {draw.__name__: draw for draw in DRAWN}


def draw(name, suffix):
    """Return the text of one SVG: the diagram `name` for the theme of `suffix`, "" or "-dark"."""
    d = Drawing(THEMES[suffix])
    DIAGRAMS[name](d)
    if suffix == "":  # paper, for whoever sees the light drawing on a dark ground, as in a notebook
        paper, d.parts = d.parts, []
        d.rect(0, 0, WIDTH, d.height, "page", radius=10)
        d.parts += paper
    return d.svg(TITLES[name], ALT[name])


if __name__ == "__main__":
    for name in DIAGRAMS:
        for suffix in THEMES:
            (FIGURES / f"{name}{suffix}.svg").write_text(draw(name, suffix), encoding="utf-8")
