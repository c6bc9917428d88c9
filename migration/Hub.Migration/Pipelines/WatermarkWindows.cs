using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Pipelines;

/// <summary>
/// The windows that are open in a target's stream: copies, repairs and verification put rows into the stream, and learn what
/// was touched meanwhile, by these alone. They live as long as one run of the pipeline; all fail with it.
/// </summary>
/// <param name="write">Writes a watermark with that mark at the source.</param>
internal sealed class WatermarkWindows(string target, Func<string, CancellationToken, Task> write) : IDisposable
{
    private readonly ConcurrentDictionary<string, WatermarkWindow> _windows = new(StringComparer.Ordinal);
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private long _number;
    private volatile bool _ended;

    /// <summary>Whether any is open: the stream need not be looked through otherwise.</summary>
    public bool Any => !_windows.IsEmpty;

    /// <summary>Writes the watermark at a window's beginning: rows that are read afterwards belong to it.</summary>
    /// <param name="purpose">What for, as it stands in the mark: <c>copy</c>, <c>verify</c>.</param>
    /// <param name="begins">The table's changes are applied from there on.</param>
    public async Task<WatermarkWindow> OpenAsync(string purpose, DatabaseTable table, bool begins, CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{purpose}/{target}/{table.Name}/{_run}-{Interlocked.Increment(ref _number)}");
        var window = new WatermarkWindow(this, id, table, begins);
        _windows[id] = window;
        if (_ended)
        {
            window.Dispose();
        }

        try
        {
            await WriteAsync($"{id}/low", cancellationToken);
            return window;
        }
        catch
        {
            window.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _ended = true;
        foreach (var window in _windows.Values)
        {
            window.Dispose();
        }
    }

    internal Task WriteAsync(string mark, CancellationToken cancellationToken) => write(mark, cancellationToken);

    internal void Remove(WatermarkWindow window) => _windows.TryRemove(window.Id, out _);

    internal bool IsOpen(WatermarkWindow window) => _windows.ContainsKey(window.Id);

    /// <summary>The window that a mark begins or ends.</summary>
    internal bool TryFind(string mark, [NotNullWhen(true)] out WatermarkWindow? window, out bool ends)
    {
        var slash = mark.LastIndexOf('/');
        ends = mark.AsSpan(slash + 1) is "high";
        window = null;
        return slash > 0 && _windows.TryGetValue(mark[..slash], out window);
    }
}
