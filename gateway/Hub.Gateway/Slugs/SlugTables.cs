using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Hub.Gateway.Slugs;

/// <summary>A slug table's place: endpoints hold it, and find there the newest table.</summary>
internal sealed class SlugSlot
{
    private volatile SlugTable? _table;
    private volatile SlugStanding _standing = new(null, null);

    /// <summary>Null until one was got: then every slug is unknown.</summary>
    public SlugTable? Table
    {
        get => _table;
        set => _table = value;
    }

    public SlugStanding Standing
    {
        get => _standing;
        set => _standing = value;
    }
}

/// <summary>How a table stands.</summary>
/// <param name="ConfirmedAt">When the migration plane was heard last; null: never.</param>
/// <param name="Problem">Why it was not heard the last time.</param>
internal sealed record SlugStanding(DateTimeOffset? ConfirmedAt, string? Problem);

/// <summary>The slug tables of this plane, by name.</summary>
internal sealed class SlugTables(TimeProvider time)
{
    /// <summary>From this age on a table is told as old; a slug made since then goes to legacy.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, SlugSlot> _slots = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that the document in force has.</summary>
    public ImmutableArray<string> Wanted { get; set; } = [];

    public SlugSlot Slot(string name) => _slots.GetOrAdd(name, _ => new SlugSlot());

    /// <summary>What is wrong with them, a sentence each.</summary>
    public ImmutableArray<string> Problems()
    {
        if (Wanted.IsEmpty)
        {
            return [];
        }

        var now = time.GetUtcNow();
        return [.. Wanted.Select(name => Words(name, Slot(name), now)).OfType<string>()];
    }

    private static string? Words(string name, SlugSlot slot, DateTimeOffset now)
    {
        var why = slot.Standing.Problem is { } problem ? $" ({problem})" : "";
        return slot switch
        {
            { Table: null } => $"the slug table {name} is not here yet{why}: its slugs go to legacy",
            { Table.Full: true } => $"the slug table {name} has more than {SlugTable.MostSlugs:N0} slugs: those beyond go to legacy",
            { Standing.ConfirmedAt: null } => $"the slug table {name} is a copy from before the start{why}: newer slugs go to legacy",
            { Standing.ConfirmedAt: { } at } when now - at > Old => $"the slug table {name} is {(now - at).TotalSeconds:0} s old{why}: newer slugs go to legacy",
            _ => null,
        };
    }
}
