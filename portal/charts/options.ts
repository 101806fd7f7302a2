import type uPlot from 'uplot';

/** Values of a chart, one for each time. */
export interface Series {
  name: string;
  /** A colour by its meaning. */
  tone: 'link' | 'care' | 'bad' | 'calm';
  /** `bars` for sums of periods, `points` for single events, `line` for a level. */
  shape: 'bars' | 'points' | 'line';
  /** Null: none at this time. */
  values: readonly (number | null)[];
}

/** The look of a chart that only its page knows. */
export interface Look {
  width: number;
  /** Of lines and words. */
  ink: string;
  /** Of each series. */
  colours: readonly string[];
}

const HEIGHT = 180;
/** Width of `12:00:00`, the longest label of the axis of time. */
const LABEL = 60;
const FONT = '12px system-ui, sans-serif';

/** The content of a chart. */
export interface Drawn {
  /** In seconds, the oldest first. */
  times: readonly number[];
  series: readonly Series[];
  /** Prints a value for the axis. */
  print: (value: number) => string;
}

/** Options for a chart that only draws: the words and the table beside it have each value. */
export function chartOptions(
  { times, series, print }: Drawn,
  { width, ink, colours }: Look,
  bars: uPlot.Series.BarsPathBuilderFactory | undefined,
): uPlot.Options {
  const line = { stroke: ink, font: FONT, ticks: { show: false } };
  return {
    ...{
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      padding: [12, LABEL / 2, 0, 0],
    },
    scales: {
      x: { range: rangeOf(times, series) },
      y: { range: (_plot, _min, max) => [0, roundUp(max)] },
    },
    axes: [
      {
        ...line,
        grid: { show: false },
        size: 28,
        space: 1.5 * LABEL,
        values: (_plot, ticks, _axis, _space, step) => ticks.map((tick) => printTime(tick, step)),
      },
      { ...line, grid: { stroke: ink, width: 0.2 }, size: 56, values: (_plot, values) => values.map(print) },
    ],
    series: [{}, ...series.map((each, at) => drawingOf(each, colours[at] ?? ink, bars))],
  };
}

/** From the first time to the last one, with room for the bar that begins there. */
function rangeOf(times: readonly number[], series: readonly Series[]): [number, number] {
  const [first = 0, second = first] = times;
  const last = times.at(-1) ?? first;
  const hasBars = series.some(({ shape }) => shape === 'bars');
  return [first, Math.max(hasBars ? last + second - first : last, first + 1)];
}

function drawingOf(
  { name, shape }: Series,
  colour: string,
  bars: uPlot.Series.BarsPathBuilderFactory | undefined,
): uPlot.Series {
  const look = { label: name, stroke: colour, width: 1 };
  if (shape === 'line') return { ...look, dash: [4, 4], points: { show: false } };
  if (shape === 'points')
    return { ...look, paths: () => null, points: { show: true, size: 6, fill: colour } };
  // Bars stand to the right of the beginning of their hour.
  const paths = bars?.({ size: [0.7, 24], align: 1 });
  // A line around a bar would make one of nothing visible.
  return {
    ...look,
    width: 0,
    fill: colour,
    points: { show: false },
    ...(paths === undefined ? {} : { paths }),
  };
}

/** The end of the scale: a chart without values still has one. */
function roundUp(max: number | null): number {
  return max === null || max <= 0 ? 1 : max * 1.05;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const SECONDS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });

/** The clock of a time, with seconds if ticks are closer than a minute, or the day at midnight. */
function printTime(seconds: number, step: number): string {
  const time = new Date(seconds * 1000);
  if (step < 60) return SECONDS.format(time);
  const clock = CLOCK.format(time);
  return clock === '00:00' ? DAY.format(time) : clock;
}
