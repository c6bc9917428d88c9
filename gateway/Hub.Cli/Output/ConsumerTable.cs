using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class ConsumerTable
{
    public static TextTable Of(IEnumerable<ConsumerView> consumers, TimeProvider time)
    {
        var table = new TextTable("CONSUMER", "BY", "ROUTE", "VERSION", "REQUESTS", "LAST", "SUNSET");
        foreach (var view in consumers)
        {
            table.Add(
                view.Consumer, view.Kind, view.Route, view.Version ?? "-", Words.Number(view.Requests), Words.Time(view.LastAt, time),
                Words.Time(view.Sunset, time));
        }

        return table;
    }
}
