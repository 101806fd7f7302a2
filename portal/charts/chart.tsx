import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { chartOptions, type Drawn } from './options.ts';

/** A chart over time, which says the same in words. */
export interface ChartProps extends Drawn {
  /** The chart in one or two sentences. */
  summary: string;
}

/** Draws the chart with a library that is loaded now, because most visits show none. */
export function Chart(props: ChartProps) {
  const { summary, times, series } = props;
  const figure = useRef<HTMLElement>(null);
  const data = JSON.stringify([times, series]);
  // The data alone decide: the other props never differ for one chart.
  useEffect(() => {
    if (figure.current === null) return;
    const shown = new AbortController();
    void draw(figure.current, props, shown.signal);
    return () => shown.abort();
  }, [data]);
  return (
    <figure class="chart" ref={figure}>
      <div class="plot" role="img" aria-label={summary} />
      <figcaption class="small soft">
        {summary}{' '}
        {series.map(({ name, tone }) => (
          <span key={name} class="series" data-tone={tone}>
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

async function draw(figure: HTMLElement, props: ChartProps, signal: AbortSignal): Promise<void> {
  const { default: Plot } = await import('uplot');
  const place = figure.querySelector<HTMLElement>('.plot');
  if (signal.aborted || place === null) return;
  let plot: uPlot | undefined;
  const redraw = () => {
    plot?.destroy();
    plot = new Plot(
      chartOptions(props, lookOf(figure, place), Plot.paths.bars),
      [[...props.times], ...props.series.map(({ values }) => [...values])],
      place,
    );
  };
  redraw();
  const resized = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: plot.height }));
  resized.observe(place);
  // A canvas has no stylesheet, so another colour scheme needs another drawing.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw, { signal });
  signal.addEventListener('abort', () => {
    resized.disconnect();
    plot?.destroy();
  });
}

/** The colours of the words below the chart, and of the signs before them. */
function lookOf(figure: HTMLElement, place: HTMLElement) {
  const colourOf = (element: Element, part?: string) => getComputedStyle(element, part).color;
  const caption = figure.querySelector('figcaption');
  return {
    width: place.clientWidth,
    ink: colourOf(caption ?? figure),
    colours: [...figure.querySelectorAll('.series')].map((name) => colourOf(name, '::before')),
  };
}
