using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class ReferenceTable
{
    public static TextTable Of(IEnumerable<ReferenceTableView> tables)
    {
        var text = new TextTable("CONNECTOR", "TABLE", "ROWS", "ORDERS WAITING");
        foreach (var table in tables)
        {
            text.Add(table.Connector, table.Table, Words.Number(table.Rows), Words.Number(table.Waiting));
        }

        return text;
    }

    public static TextTable Of(ImmutableArray<ReferenceView> rows)
    {
        var text = new TextTable("TABLE", "KEY", "VALUE");
        foreach (var row in rows)
        {
            text.Add(row.Table, row.Key, row.Value);
        }

        return text;
    }

    public static void Write(TextWriter output, ReferenceAnswer answer)
    {
        output.WriteLine($"{Words.Number(answer.Changed)} {(answer.Changed == 1 ? "row" : "rows")} changed.");
        Of(answer.Tables).WriteTo(output);
    }
}
