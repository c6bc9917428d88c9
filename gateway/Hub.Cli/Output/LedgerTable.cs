using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class LedgerTable
{
    public static TextTable Of(IEnumerable<LedgerEntry> requests, TimeProvider time)
    {
        var table = new TextTable(
            "AT", "KIND", "METHOD", "PATH", "STATUS", "SIDE", "REASON", "ROUTE", "MS", "CUSTOMER", "ORDER", "ADDRESS", "PLANE", "ID");
        foreach (var request in requests)
        {
            table.Add(
                Words.Time(request.At, time), request.Kind, request.Method, request.Path, Words.Number(request.Status), request.Side,
                request.Reason, request.Route, request.Milliseconds.ToString("0", CultureInfo.InvariantCulture), request.Customer,
                request.Order, request.Address, request.Plane, request.Id);
        }

        return table;
    }
}
