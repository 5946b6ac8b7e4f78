using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Backup.Sidecar.Hosting;

/// <summary>Adds up the service's measurements as Prometheus wants them.</summary>
/// <remarks>Format: Prometheus «text-based exposition format» 0.0.4.</remarks>
internal sealed class PrometheusCollector : IDisposable
{
    private static readonly double[] Bounds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 43200];

    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    public PrometheusCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Writes all that was measured so far.</summary>
    public void Write(StringBuilder text)
    {
        lock (_gate)
        {
            foreach ((string name, Family family) in _families)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Help}\n# TYPE {name} {family.Type}\n");
                foreach ((string labels, double[] cells) in family.Series)
                {
                    Write(text, name, family, labels, cells);
                }
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Write(StringBuilder text, string name, Family family, string labels, double[] cells)
    {
        if (family.Type != "histogram")
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {cells[0]}\n");
            return;
        }

        double count = 0;
        for (int i = 0; i <= Bounds.Length; i++)
        {
            count += cells[i];
            string bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{bound}\"}} {count}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {cells[^1]}\n{name}_count{{{labels}}} {count}\n");
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string type = instrument is Counter<long> ? "counter" : instrument is Histogram<double> ? "histogram" : "gauge";
        string name = NameOf(instrument, type);
        var labels = new StringBuilder();
        foreach ((string key, object? label) in tags)
        {
            labels.Append(labels.Length > 0 ? "," : "").Append(key).Append("=\"").Append(Escape(label?.ToString() ?? "")).Append('"');
        }

        lock (_gate)
        {
            if (!_families.TryGetValue(name, out Family? family))
            {
                _families[name] = family = new Family(type, instrument.Description ?? "");
            }

            string series = labels.ToString();
            if (!family.Series.TryGetValue(series, out double[]? cells))
            {
                family.Series[series] = cells = new double[type == "histogram" ? Bounds.Length + 2 : 1];
            }

            switch (type)
            {
                case "counter":
                    cells[0] += value;
                    break;
                case "gauge":
                    cells[0] = value;
                    break;
                default:
                    int bucket = Array.FindIndex(Bounds, bound => value <= bound);
                    cells[bucket < 0 ? Bounds.Length : bucket]++;
                    cells[^1] += value;
                    break;
            }
        }
    }

    private static string NameOf(Instrument instrument, string type)
    {
        string name = instrument.Name.Replace('.', '_');
        string unit = instrument.Unit == "s" ? "_seconds" : "";
        return name + unit + (type == "counter" ? "_total" : "");
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed record Family(string Type, string Help)
    {
        public SortedDictionary<string, double[]> Series { get; } = new(StringComparer.Ordinal);
    }
}
