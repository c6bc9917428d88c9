namespace Hub.ChangeFeed.Debezium;

/// <summary>A row's schema as Connect's JSON converter writes it beside the payload.</summary>
internal sealed class ConnectSchema
{
    private readonly Dictionary<string, ConnectField> _fields = new(StringComparer.Ordinal);

    private ConnectSchema()
    {
    }

    public ConnectField? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The row's schema in a value's (of <c>after</c>, which is that of <c>before</c>), or the key's own.</summary>
    /// <returns>Null where there is none: a heartbeat's, a transaction's.</returns>
    public static ConnectSchema? Read(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json);
        if (cursor.TakeNull())
        {
            return null;
        }

        var own = new ConnectSchema();
        var row = ReadFields(ref cursor, own, depth: 0);
        return row ?? (own._fields.Count > 0 && !own._fields.ContainsKey("before") && !own._fields.ContainsKey("after") ? own : null);
    }

    private static ConnectSchema? ReadFields(scoped ref JsonCursor cursor, ConnectSchema into, int depth)
    {
        ConnectSchema? row = null;
        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            if (!name.Is("fields"u8) || cursor.Peek() != (byte)'[')
            {
                cursor.Skip();
                continue;
            }

            cursor.Expect((byte)'[');
            for (var more = !cursor.Take((byte)']'); more; more = Next(ref cursor))
            {
                var (field, of) = ReadField(cursor.Raw(), depth);
                into._fields[field.Name] = field;
                row = field.Name is "after" or "before" && of is not null ? of : row;
            }
        }

        return row;
    }

    private static bool Next(scoped ref JsonCursor cursor)
    {
        if (cursor.Take((byte)']'))
        {
            return false;
        }

        cursor.Expect((byte)',');
        return true;
    }

    private static (ConnectField Field, ConnectSchema? Row) ReadField(ReadOnlySpan<byte> json, int depth)
    {
        var cursor = new JsonCursor(json);
        string? field = null, type = null, name = null, scale = null;
        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var property))
        {
            if (property.Is("field"u8))
            {
                field = cursor.String().ToString();
            }
            else if (property.Is("type"u8) && cursor.Peek() == (byte)'"')
            {
                type = cursor.String().ToString();
            }
            else if (property.Is("name"u8) && cursor.Peek() == (byte)'"')
            {
                name = cursor.String().ToString();
            }
            else if (property.Is("parameters"u8) && cursor.Peek() == (byte)'{')
            {
                scale = Parameter(cursor.Raw());
            }
            else
            {
                cursor.Skip();
            }
        }

        var known = new ConnectField(
            field ?? throw new FormatException("a field of the schema has no name"), type ?? "struct", name,
            int.TryParse(scale, System.Globalization.CultureInfo.InvariantCulture, out var digits) ? digits : 0);
        if (depth > 0 || known.Name is not ("after" or "before") || known.Type != "struct")
        {
            return (known, null);
        }

        var row = new ConnectSchema();
        var fields = new JsonCursor(json);
        ReadFields(ref fields, row, depth: 1);
        return (known, row._fields.Count > 0 ? row : null);
    }

    private static string? Parameter(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json);
        string? scale = null;
        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            if (name.Is("scale"u8) && cursor.Peek() == (byte)'"')
            {
                scale = cursor.String().ToString();
            }
            else
            {
                cursor.Skip();
            }
        }

        return scale;
    }
}

/// <summary>A column in a schema.</summary>
/// <param name="Type">Connect's: int32, string, bytes, struct, …</param>
/// <param name="Semantic">The schema's name, which says what the type means: <c>io.debezium.time.Date</c>.</param>
/// <param name="Scale">A decimal's.</param>
internal sealed record ConnectField(string Name, string Type, string? Semantic, int Scale);
