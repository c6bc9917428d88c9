using System.Collections.Immutable;
using Hub.Processes.Sealing;

namespace Hub.Processes.Erasing;

/// <summary>Goes over all texts of a store, page by page: they are sealed, so no database can search them.</summary>
internal sealed class KeptTextSearch(TextSeal seal, ImmutableArray<string> texts)
{
    private const int PageSize = 200;
    private static readonly TextRow Begin = new(0, "", "", null, null);

    private static readonly ImmutableArray<Func<TextRow, FormattableString>> Tables =
    [
        after => $"""
            SELECT 0, process, key, state, reason FROM process WHERE (process, key) > ({after.Process}, {after.Key}) ORDER BY process, key LIMIT {PageSize}
            """,
        after => $"SELECT seq, process, key, body, NULL FROM inbox WHERE seq > {after.Seq} ORDER BY seq LIMIT {PageSize}",
        after => $"SELECT seq, process, key, body, error FROM outbox WHERE seq > {after.Seq} ORDER BY seq LIMIT {PageSize}",
        after => $"SELECT seq, process, key, detail, reference FROM journal WHERE seq > {after.Seq} ORDER BY seq LIMIT {PageSize}",
        after => $"SELECT seq, process, key, body, reason FROM dead_letter WHERE seq > {after.Seq} ORDER BY seq LIMIT {PageSize}",
    ];

    private readonly HashSet<ProcessKey> _found = [];
    private int _table;
    private TextRow _last = Begin;

    /// <summary>The processes of which a text holds one of those asked for.</summary>
    public ImmutableArray<ProcessKey> Found => [.. _found];

    /// <summary>The statement of the next page, or null where all was read.</summary>
    public FormattableString? NextPage() => _table < Tables.Length ? Tables[_table](_last) : null;

    /// <summary>Takes the page's rows.</summary>
    public void Take(IReadOnlyList<TextRow> page)
    {
        _found.UnionWith(page.Where(row => Holds(row.One) || Holds(row.Two)).Select(row => new ProcessKey(row.Process, row.Key)));
        (_table, _last) = page.Count < PageSize ? (_table + 1, Begin) : (_table, page[^1]);
    }

    private bool Holds(string? text) => seal.Open(text) is { } open && texts.Any(asked => open.Contains(asked, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A row with up to two texts, as they are kept.</summary>
internal sealed record TextRow(long Seq, string Process, string Key, string? One, string? Two);
