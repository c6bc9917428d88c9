using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

/// <summary>Keys that wait in quarantine.</summary>
internal static class QuarantineTable
{
    public static TextTable Of(ImmutableArray<QuarantineView> entries, TimeProvider time)
    {
        var table = new TextTable("TARGET", "ID", "TABLE", "KEY", "CHANGES", "NEWEST", "WAITS FOR", "REASON");
        foreach (var entry in entries)
        {
            table.Add(
                entry.Target, Words.Number(entry.Id), entry.Table, entry.Key, Words.Number(entry.Events), Words.Time(entry.At, time), entry.Waits ? "other rows" : "a person",
                entry.Reason);
        }

        return table;
    }
}
