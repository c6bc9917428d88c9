using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>A table as the replication stream described it, at the moment of the changes that follow.</summary>
/// <param name="Name">As the config writes it; null where it is not one of the dataset.</param>
/// <param name="Key">The places of its primary key.</param>
/// <param name="IsWatermark">Its rows are of several datasets.</param>
internal sealed record PublishedTable(string? Name, ColumnNames Names, PostgresType[] Types, int[] Key, ColumnNames KeyNames, bool IsWatermark)
{
    /// <summary>Asks the catalog what the stream doesn't say: types by their names, and the primary key.</summary>
    public static async Task<PublishedTable> OfAsync(
        NpgsqlDataSource database, RelationMessage relation, string name, bool isWatermark, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var types = await PostgresCatalog.DescribeTypesAsync(connection, relation.Types, relation.Modifiers, cancellationToken);
        var primary = await PostgresCatalog.PrimaryKeyAsync(connection, relation.Id, cancellationToken);

        // The catalog is of now, the message of then: where they contradict each other the message is right.
        var places = primary.Select(column => Array.IndexOf(relation.Names, column)).ToArray();
        var full = relation.Identity == 'f';
        if (places.Length == 0 || places.Any(place => place < 0 || !(full || relation.InIdentity[place])))
        {
            places = full ? [] : [.. Enumerable.Range(0, relation.Names.Length).Where(place => relation.InIdentity[place])];
        }

        return places.Length == 0
            ? throw new FeedBrokenException(
                $"The table {name} has no primary key (any more), or REPLICA IDENTITY NOTHING: its rows can't be told apart, and legacy's own updates of it fail. Give it a key, then snapshot it again.")
            : new PublishedTable(name, new ColumnNames([.. relation.Names]), types, places, new ColumnNames([.. places.Select(place => relation.Names[place])]), isWatermark);
    }

    public static PublishedTable Foreign { get; } = new(null, new ColumnNames([]), [], [], new ColumnNames([]), false);

    public ChangeRow KeyOf(ChangeValue[] values)
    {
        var key = new ChangeValue[Key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = values[Key[i]];
        }

        return new ChangeRow(KeyNames, key);
    }

    public bool SameKey(ChangeValue[] left, ChangeValue[] right)
    {
        foreach (var place in Key)
        {
            if (left[place] != right[place])
            {
                return false;
            }
        }

        return true;
    }
}
