using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Configuration;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Connectors;

/// <summary><c>GET /api/connectors/{connector}/check</c>: reads what it can read at the vendor, and says in words what is wrong. It writes nothing there.</summary>
internal sealed partial class CheckConnector(IProcessStore store, TimeProvider time)
{
    private const int MostRead = 10_000;

    // Control waits ten seconds for an answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task<ConnectorCheckView> HandleAsync(Connector connector, CancellationToken cancellationToken)
    {
        var secrets = Secrets(connector).ToList();
        var calls = secrets.Exists(part => part.State == "wrong") ? [] : await Task.WhenAll(Calls(connector).Select(call => AskAsync(connector, call.What, call.Ask, cancellationToken)));
        ImmutableArray<ConnectorCheckPart> parts = [.. secrets, .. calls, .. await RowsAsync(connector, cancellationToken), .. Unread(connector)];
        return new ConnectorCheckView(connector.Config.Name, !parts.Any(part => part.State == "wrong"), parts);
    }

    private static IEnumerable<ConnectorCheckPart> Secrets(Connector connector)
    {
        foreach (var property in connector.Config.Options.GetType().GetProperties().Where(property => property.PropertyType == typeof(Secret)))
        {
            if ((Secret)property.GetValue(connector.Config.Options)! is { IsEmpty: false } secret)
            {
                var wrong = Wrong(secret);
                yield return new ConnectorCheckPart(property.Name, wrong is null ? "good" : "wrong", wrong ?? "It can be read.");
            }
        }
    }

    private static string? Wrong(Secret secret)
    {
        try
        {
            return secret.Reveal() is { Length: > 0 } ? null : "It is empty. Put the vendor's secret there.";
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>What can be asked without changing anything.</summary>
    private IEnumerable<(string What, Func<CancellationToken, Task<(string Said, string? Wrong)>> Ask)> Calls(Connector connector)
    {
        var now = time.GetUtcNow();
        if (connector.Find<IOrderSource>() is { } orders)
        {
            yield return ("orders", async cancel => Words(await orders.FetchAsync(now, null, cancel), page => $"Orders can be read; {page.Orders.Length} changed just now."));
        }

        if (connector.Find<IOrderBooking>() is { } booking)
        {
            yield return ("sales", async cancel => Words(await booking.FindAsync(OrderKey.Parse("hub/check"), cancel), _ => "Sales can be looked up."));
        }

        if (connector.Find<IStockSource>() is { } stock)
        {
            yield return ("stock", async cancel => Words(await stock.FetchAsync(now, null, cancel), _ => "Stock can be read."));
        }

        if (connector.Find<IShipmentSource>() is { } shipments)
        {
            yield return ("shipments", async cancel => Words(await shipments.FetchAsync(now, null, cancel), _ => "Shipments can be read."));
        }
    }

    private static (string Said, string? Wrong) Words<T>(CallOutcome<T> outcome, Func<T, string> good) => outcome switch
    {
        CallOutcome<T>.Done done => (good(done.Value), null),
        CallOutcome<T>.Refused refused => ("", refused.Reason),
        CallOutcome<T>.NotDone notDone => ("", notDone.Reason),
        _ => ("", ((CallOutcome<T>.Unknown)outcome).Reason),
    };

    private async Task<ConnectorCheckPart> AskAsync(
        Connector connector, string what, Func<CancellationToken, Task<(string Said, string? Wrong)>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var (said, wrong) = await ask(either.Token);
            return wrong is null ? new ConnectorCheckPart(what, "good", said) : new ConnectorCheckPart(what, "wrong", $"{wrong} {Advice(connector, wrong)}".Trim());
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ConnectorCheckPart(what, "wrong", $"No answer within {Patience.TotalSeconds:0} s. Is {connector.Config.Options.Address} the right address, and is the vendor up?");
        }
    }

    private static string Advice(Connector connector, string wrong) => Answered().Match(wrong).Groups[1].Value switch
    {
        "401" => "The vendor does not take the token: see that the secret of the config is the current one.",
        "403" => "The token is known and lacks a permission: give it what the connector's page in docs/connectors lists.",
        "404" => $"There is nothing at that address: see that Address, {connector.Config.Options.Address}, is the API's.",
        "429" => "The vendor's limit is reached: others use the same account, or the limits of the config are too high.",
        "" when !wrong.Contains("token", StringComparison.OrdinalIgnoreCase) => $"See that Address, {connector.Config.Options.Address}, is right and can be reached from here.",
        _ => "",
    };

    /// <summary>Rows of its cross references that parked orders wait for.</summary>
    private async Task<IEnumerable<ConnectorCheckPart>> RowsAsync(Connector connector, CancellationToken cancellationToken)
    {
        var (_, parked) = await store.ListInAsync(OrderDefinition.Name, OrderStatus.Parked.Text(), DateTimeOffset.UnixEpoch, MostRead, cancellationToken);
        return parked.SelectMany(order => OrderDefinition.ReadState(order.State).Standstills.Select(standstill => standstill.Missing).OfType<MissingRow>().Distinct())
            .Where(row => row.Connector.Equals(connector.Config.Name, StringComparison.OrdinalIgnoreCase))
            .CountBy(row => (row.Table, row.Key)).Take(20)
            .Select(row => new ConnectorCheckPart(
                $"row of {row.Key.Table}", "wrong", $"'{row.Key.Key}' is missing, and {row.Value} parked {(row.Value == 1 ? "order waits" : "orders wait")} for it: hub xref set {connector.Config.Name} {row.Key.Table} '{row.Key.Key}' VALUE"));
    }

    /// <summary>What can't be tried without doing it.</summary>
    private static IEnumerable<ConnectorCheckPart> Unread(Connector connector)
    {
        string?[] writes =
        [
            connector.Find<IOrderEntry>() is null ? null : "entering orders",
            connector.Find<IOrderBooking>() is null ? null : "booking and cancelling sales",
            connector.Find<IShipmentBooking>() is null ? null : "buying and giving back labels",
            connector.Find<IOrderConfirmation>() is null ? null : "confirming shipments",
            connector.Find<IContactBook>() is null ? null : "keeping contacts",
            connector.Find<IStockSink>() is null ? null : "setting stock",
            connector.Find<IPriceSink>() is null ? null : "setting prices",
        ];
        return writes.OfType<string>().ToList() is { Count: > 0 } unread
            ? [new ConnectorCheckPart("writing", "not checked", $"{string.Join(", ", unread)}: that can't be tried without doing it. hub connector preview shows what would be sent.")]
            : [];
    }

    [GeneratedRegex(@"answered (\d{3})", RegexOptions.CultureInvariant)]
    private static partial Regex Answered();
}
