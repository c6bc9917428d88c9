namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// The schemas that came beside payloads. Each record repeats its table's, several thousand bytes of it: it is parsed once and known
/// again by its bytes, compared as a whole, which costs less than a hash of them.
/// </summary>
internal sealed class ConnectSchemas
{
    private const int Most = 512;

    private readonly List<(byte[] Json, ConnectSchema? Schema)> _known = [];

    /// <summary>Takes a schema.</summary>
    public ConnectSchema? Take(scoped ref JsonCursor cursor)
    {
        cursor.Peek();
        for (var place = 0; place < _known.Count; place++)
        {
            var known = _known[place];
            if (!cursor.TakeBytes(known.Json))
            {
                continue;
            }

            if (place > 0)
            {
                // The tables that are written most stand in front.
                (_known[place - 1], _known[place]) = (known, _known[place - 1]);
            }

            return known.Schema;
        }

        var json = cursor.Raw().ToArray();
        var schema = ConnectSchema.Read(json);
        if (_known.Count == Most)
        {
            _known.Clear();
        }

        _known.Add((json, schema));
        return schema;
    }
}
