"""Names beside the lines of a chart where there is room, or else above it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

FEW = 5  # lines that may have their names beside them
GAP = 5  # pixels between a line and its name
LINE = 0.23  # inches that a line of a legend takes


def write_names(axes: Axes) -> None:
    """Write the label of each line of the axes beside it, or all of them in a legend above.

    The axes must have their final limits.
    """
    handles, names = axes.get_legend_handles_labels()
    lines = [handle[0] if isinstance(handle, ErrorbarContainer) else handle for handle in handles]
    if len(names) < 2:
        return
    if len(names) > FEW or not _beside(axes, lines, names):
        figure = axes.get_figure()
        across = int(figure.get_figwidth() / (0.6 + 0.085 * max(map(len, names))))
        columns = min(len(names), max(1, across))
        figure.legend(handles, names, loc="outside upper left", ncols=columns)
        figure.set_figheight(figure.get_figheight() + LINE * -(-len(names) // columns))


def _beside(axes: Axes, lines: list[Line2D], names: list[str]) -> bool:
    """Write each name at its best free place; False, and no name, where one has none."""
    axes.get_figure().draw_without_rendering()
    frame = axes.get_window_extent()
    paths = [_dense(line, frame) for line in lines]
    texts, taken = [], []
    for number, (line, name) in enumerate(zip(lines, names, strict=True)):
        text = axes.text(0, 0, name, color=line.get_color(), transform=axes.transAxes, zorder=5)
        text.set(ha="center", va="center")
        texts.append(text)
        size = text.get_window_extent().size
        others = paths[:number] + paths[number + 1 :]
        place = _free_place(paths[number], others, size, frame, taken)
        if place is None:
            for made in texts:
                made.remove()
            return False
        taken.append(place)
        middle = (place.p0 + place.p1) / 2
        text.set_position(axes.transAxes.inverted().transform(middle))
    return True


def _dense(line: Line2D, frame: Bbox) -> np.ndarray:
    """Return points along the line, about two pixels apart, shape (points, 2)."""
    points = line.get_transform().transform(np.column_stack(line.get_data(orig=False)))
    points = points[np.isfinite(points).all(axis=1)]
    points = np.clip(points, frame.p0 - frame.size, frame.p1 + frame.size)
    pieces = [points[:1]]
    for start, end in zip(points[:-1], points[1:], strict=True):
        steps = int(np.abs(end - start).max() / 2) + 1
        pieces.append(start + (end - start) * np.arange(1, steps + 1)[:, None] / steps)
    return np.concatenate(pieces)


def _free_place(
    own: np.ndarray, others: list[np.ndarray], size: np.ndarray, frame: Bbox, taken: list[Bbox]
) -> Bbox | None:
    """Return the box that lies closest to the line, clear of the other lines and names."""
    best, least = None, np.inf
    width, height = size
    for left in np.arange(frame.x0 + GAP, frame.x1 - width, 4):
        near = own[(own[:, 0] >= left) & (own[:, 0] <= left + width)]
        if len(near) == 0:
            continue
        for bottom in (near[:, 1].max() + GAP, near[:, 1].min() - GAP - height):
            box = Bbox.from_bounds(left, bottom, width, height)
            inside = box.y0 >= frame.y0 + 1 and box.y1 <= frame.y1 - 1
            if not inside or any(box.overlaps(other) for other in taken):
                continue
            away = _distances(box, near).mean()
            # A name belongs to the line that it is clearly nearest to.
            if any(_distances(box, other).min() < max(2 * GAP, 1.5 * away) for other in others):
                continue
            cost = away + 0.05 * (frame.x1 - box.x1)  # rather at the right end
            if cost < least:
                best, least = box, cost
    return best


def _distances(box: Bbox, points: np.ndarray) -> np.ndarray:
    """Return how far each point lies from the box."""
    return np.hypot(*np.maximum(0, np.maximum(box.p0 - points, points - box.p1)).T)
