using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class AuditTable
{
    public static TextTable Of(IEnumerable<AuditView> entries, TimeProvider time)
    {
        var table = new TextTable("AT", "BY", "FROM", "ACTION", "SUBJECT", "BEFORE", "AFTER", "REASON", "REVISION");
        foreach (var entry in entries)
        {
            table.Add(
                Words.Time(entry.At, time), entry.By, entry.From, entry.Action, entry.Subject, entry.Before, entry.After,
                entry.Reason, entry.Revision.ToString());
        }

        return table;
    }
}
