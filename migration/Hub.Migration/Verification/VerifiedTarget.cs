using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;

namespace Hub.Migration.Verification;

/// <summary>A target at work and all that it is compared by: both ends, the mapping between them, the stream that goes by.</summary>
/// <param name="Tables">The source's tables, by name.</param>
/// <param name="Mapping">Bound to the tables.</param>
internal sealed record VerifiedTarget(
    string Dataset,
    string Name,
    ISourceDatabase Source,
    IReadOnlyDictionary<string, DatabaseTable> Tables,
    ITargetStore Store,
    TargetMapping Mapping,
    TargetStream Stream)
{
    /// <summary>Mapped values as a read of the target gives them.</summary>
    public object?[] AsRead(object?[] mapped)
    {
        var read = new object?[mapped.Length];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = ReferenceEquals(mapped[i], RowEffect.Unknown) ? mapped[i] : Store.AsRead(mapped[i]);
        }

        return read;
    }

    /// <summary>What a source row makes of the target's rows, as if it were copied now.</summary>
    /// <returns>Null, or why it can't be mapped.</returns>
    public string? Map(DatabaseTable source, ChangeRow row, List<RowEffect> effects) => Mapping.Map(
        new ChangeEvent(ChangeOperation.Read, source.Name, KeyOf(source, row), null, row, default, default), effects);

    /// <summary>The key's columns of a row.</summary>
    public static ChangeRow KeyOf(DatabaseTable source, ChangeRow row)
    {
        var values = new ChangeValue[source.Key.Length];
        for (var i = 0; i < values.Length; i++)
        {
            row.TryGet(source.Key[i], out values[i]);
        }

        return new ChangeRow(Names(source), values);
    }

    // One object a table: whoever looked a place up in it once need not do so again.
    public static ColumnNames Names(DatabaseTable source) => KeyNames.GetValue(source, table => new ColumnNames(table.Key));

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<DatabaseTable, ColumnNames> KeyNames = [];
}
