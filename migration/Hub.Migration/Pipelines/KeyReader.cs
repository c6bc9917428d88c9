using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Pipelines;

/// <summary>
/// Writes the primary key of a table's rows as one text, the same for a change's key, its row and a row that was read. Not for
/// several threads: the places of the columns are kept for the shape that came last.
/// </summary>
internal sealed class KeyReader(DatabaseTable table)
{
    private ColumnNames? _names;
    private int[] _places = [];

    /// <exception cref="FeedBrokenException">A column of the key is not among the row's.</exception>
    public string Of(ChangeRow row)
    {
        if (!ReferenceEquals(row.Names, _names))
        {
            _places = [.. table.Key.Select(column => row.Names.PlaceOf(column) is var place and >= 0
                ? place
                : throw new FeedBrokenException($"A row of {table.Name} came without {column}, which its primary key is made of: the key was changed at the source. Resume the dataset with --snapshot."))];
            _names = row.Names;
        }

        if (_places.Length == 1)
        {
            return row[_places[0]].Text ?? "\0";
        }

        var key = new StringBuilder();
        foreach (var place in _places)
        {
            key.Append(row[place].Text ?? "\0").Append('\u001f');
        }

        return key.ToString();
    }

    /// <summary>The columns of the key alone.</summary>
    public ChangeRow Cut(ChangeRow row) => new(
        Names, [.. table.Key.Select(column => row.TryGet(column, out var value) ? value : ChangeValue.Null)]);

    private ColumnNames Names { get; } = new(table.Key);
}
