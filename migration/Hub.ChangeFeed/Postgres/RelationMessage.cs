namespace Hub.ChangeFeed.Postgres;

/// <summary>pgoutput's word for a table: it comes before the table's first change, and again when the table has changed.</summary>
/// <param name="Identity">d, f, i or n, as <c>pg_class.relreplident</c>.</param>
internal sealed record RelationMessage(uint Id, string Schema, string Table, char Identity, string[] Names, bool[] InIdentity, uint[] Types, int[] Modifiers)
{
    public static RelationMessage Read(PgOutputReader reader)
    {
        var (id, schema, table, identity) = (reader.UInt32(), reader.Text(), reader.Text(), (char)reader.Byte());
        var count = reader.Int16();
        var (names, inIdentity, types, modifiers) = (new string[count], new bool[count], new uint[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            inIdentity[i] = (reader.Byte() & 1) != 0;
            names[i] = reader.Text();
            types[i] = reader.UInt32();
            modifiers[i] = (int)reader.UInt32();
        }

        return new RelationMessage(id, schema.Length == 0 ? "pg_catalog" : schema, table, identity, names, inIdentity, types, modifiers);
    }
}
