using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class StockTable
{
    public static TextTable Of(IEnumerable<ChannelValueView> values, TimeProvider time)
    {
        var table = new TextTable("CHANNEL", "WHAT", "ARTICLE", "LOCATION", "IS TO HOLD", "WAS TOLD", "STATE", "CHANGED", "TOLD", "REASON");
        foreach (var value in values)
        {
            table.Add(
                value.Channel, value.Kind, value.Sku, value.Location, value.Wanted, value.Sent ?? "not known", value.State,
                Words.Time(value.ChangedAt, time), Words.Time(value.SentAt, time), value.Reason);
        }

        return table;
    }

    public static TextTable Levels(IEnumerable<StockLevelView> levels, TimeProvider time)
    {
        var table = new TextTable("LOCATION", "THE OWNER HAS", "CHANGED");
        foreach (var level in levels)
        {
            table.Add(level.Location ?? "all", Words.Number(level.Available), Words.Time(level.ChangedAt, time));
        }

        return table;
    }

    public static TextTable Open(IEnumerable<StockDeltaView> open, TimeProvider time)
    {
        var table = new TextTable("NOT IN IT YET", "LOCATION", "CHANGE", "STATE", "SINCE", "WHY");
        foreach (var delta in open)
        {
            table.Add(delta.Id, delta.Location, Words.Number(delta.Change), delta.State, Words.Time(delta.At, time), delta.Reason);
        }

        return table;
    }
}
