using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Hub.Running;
using Hub.Town.Business;
using Hub.Town.Shoppers;
using Microsoft.Data.Sqlite;
using Refit;

namespace Hub.Acceptance;

/// <summary>An order in legacy's books; the total is in EUR.</summary>
/// <param name="Key">What the hub calls it: <c>shop/number</c>, or the marketplace's own key.</param>
public sealed record BookedOrder(string Number, string Status, decimal Total, string Channel, string Key);

/// <summary>A sale as the ERP lists it.</summary>
public sealed record BookedSale(string Number, string Reference, decimal Total);

/// <summary>What was bought in a town, and whether the books of legacy (who owns the orders) and of the ERP say the same.</summary>
public sealed class Books
{
    private readonly ConcurrentBag<WalkFacts> _walks = [];
    private readonly TownRun _town;
    private readonly HashSet<string> _history;
    private int _atMarket;

    public Books(TownRun town)
    {
        _town = town;
        _history = [.. ReadLegacy().Select(order => order.Number)];
    }

    /// <summary>The orders from before the start.</summary>
    public IReadOnlyCollection<string> History => _history;

    public void Note(WalkFacts walk) => _walks.Add(walk);

    public void NoteAtMarket() => _atMarket++;

    /// <summary>The orders of legacy's books since the start.</summary>
    public List<BookedOrder> Orders() => [.. ReadLegacy().Where(order => !_history.Contains(order.Number))];

    /// <summary>
    /// Once all orders have gone their way: each that a client saw accepted stands once at legacy and once at the ERP, at
    /// its price; and nothing stands there that nobody bought.
    /// </summary>
    public async Task ShouldAgreeAsync(CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync("each order has gone its way", UnderWayAsync, cancellationToken);
        var orders = Orders();
        foreach (var walk in _walks.Where(walk => walk.Order is not null))
        {
            var order = Assert.Single(orders, order => order.Number == walk.Order);
            Assert.Equal(walk.OrderTotal, order.Total);
        }

        // A walk that is not broken and came to buy has bought once, also where the number of the order was lost on its way.
        var bought = _walks.Count(walk => walk is { Kind: not WalkKind.Browse, Broken: null });
        var broken = _walks.Count(walk => walk is { Kind: not WalkKind.Browse, Broken: not null });
        Assert.InRange(orders.Count, bought + _atMarket, bought + _atMarket + broken);

        var sales = await SalesAsync(cancellationToken);
        Assert.Equal(
            orders.Select(order => (order.Key, order.Total)).Order(),
            sales.Select(sale => (sale.Reference, sale.Total)).Order());
    }

    public async Task<List<BookedSale>> SalesAsync(CancellationToken cancellationToken)
    {
        using var erp = new HttpClient { BaseAddress = _town.Town.Erp };
        erp.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TownTokens.Erp);
        return (await erp.GetFromJsonAsync<List<BookedSale>>("sales", cancellationToken))!;
    }

    /// <summary>The orders that are not at the end of their way, in words; null where all are.</summary>
    private async Task<string?> UnderWayAsync()
    {
        Dictionary<string, string> states;
        try
        {
            states = (await _town.Control.GetOrdersAsync(1_000)).ToDictionary(order => order.Key, order => order.State);
        }
        catch (ApiException notYet) when (notYet.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
        {
            // A plane that has just been started again: control does not know it yet.
            return notYet.Content ?? notYet.Message;
        }

        var under = Orders()
            .Select(order => (order.Key, State: states.GetValueOrDefault(order.Key, $"{order.Status} at legacy, not seen by the adapters")))
            .Where(order => order.State is not ("shipped" or "confirmed"))
            .Select(order => $"{order.Key} is {order.State}")
            .Concat(states.Count(order => order.Value == "confirmed") < _atMarket ? ["an order of the marketplace is not confirmed"] : [])
            .ToList();
        return under.Count == 0 ? null : string.Join("; ", under);
    }

    private List<BookedOrder> ReadLegacy()
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_town.Folder, "town", "legacy.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT OrderNumber, Status, Total, Channel, Reference FROM Orders ORDER BY Id";
        using var reader = command.ExecuteReader();
        var orders = new List<BookedOrder>();
        while (reader.Read())
        {
            var (number, channel) = (reader.GetString(0), reader.GetString(3));
            orders.Add(new BookedOrder(
                number, reader.GetString(1), reader.GetDecimal(2), channel, channel == "market" ? reader.GetString(4) : $"shop/{number}"));
        }

        return orders;
    }
}
