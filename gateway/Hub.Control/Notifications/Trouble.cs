using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Control.Notifications;

/// <summary>What is to be told of datasets, orders and connectors, compared with the last look. Pure.</summary>
internal static class Trouble
{
    /// <summary>So many orders, those in trouble last, are looked at.</summary>
    public const int MostOrders = 200;

    private const string OrdersMark = "orders";
    private const int Named = 5;
    private const int LongestReason = 300;

    /// <param name="marks">Up to where was told: keys in quarantine by dataset; the time of the latest order in trouble. None: what is there is where it begins.</param>
    /// <param name="orders">Null: nobody says.</param>
    /// <returns>What is to be told, and the marks after it.</returns>
    public static (IReadOnlyList<Notification> Told, IReadOnlyDictionary<string, long> Marks) Between(
        IReadOnlyDictionary<string, long> marks, IReadOnlyDictionary<string, string> connectors, StatusView now, ImmutableArray<OrderView>? orders,
        DateTimeOffset at)
    {
        var reached = new Dictionary<string, long>(StringComparer.Ordinal);
        List<Notification> told =
        [
            .. Quarantined(marks, now, at, reached),
            .. orders is { } listed ? InTrouble(marks, listed, at, reached) : [],
            .. Connected(connectors, now, at),
        ];
        return (told, reached);
    }

    private static IEnumerable<Notification> Quarantined(
        IReadOnlyDictionary<string, long> marks, StatusView now, DateTimeOffset at, Dictionary<string, long> reached)
    {
        foreach (var dataset in now.Datasets)
        {
            var count = dataset.Targets.Sum(target => target.Quarantined);
            if (marks.TryGetValue($"quarantine {dataset.Name}", out var was) && count > was)
            {
                var more = count - was;
                yield return Tell(
                    at, "quarantine", dataset.Name, $"{more} more {(more == 1 ? "key" : "keys")} of {dataset.Name} in quarantine, {count} in all",
                    $"hub dataset show {dataset.Name}");
            }

            reached[$"quarantine {dataset.Name}"] = count;
        }
    }

    private static IEnumerable<Notification> InTrouble(
        IReadOnlyDictionary<string, long> marks, ImmutableArray<OrderView> orders, DateTimeOffset at, Dictionary<string, long> reached)
    {
        // An older adapters plane lists all.
        orders = orders.RemoveAll(order => order.State is not ("parked" or "dead letter"));
        var known = marks.TryGetValue(OrdersMark, out var mark);
        reached[OrdersMark] = orders.Select(order => order.UpdatedAt.ToUnixTimeMilliseconds()).Append(mark).Max();
        var fresh = known
            ? orders.Where(order => order.UpdatedAt.ToUnixTimeMilliseconds() > mark).OrderBy(order => order.UpdatedAt).ToList()
            : [];
        foreach (var order in fresh.Take(Named))
        {
            yield return Tell(
                at, "order", order.Key, $"{order.Key} is {(order.State == "dead letter" ? "a dead letter" : order.State)}: {Short(order.Waiting)}",
                $"hub order show {order.Key}");
        }

        if (fresh.Count > Named)
        {
            yield return Tell(
                at, "order", "orders", $"{fresh.Count - Named}{(orders.Length == MostOrders ? " or more" : "")} other orders are parked or dead letters", "hub order list");
        }
    }

    private static IEnumerable<Notification> Connected(IReadOnlyDictionary<string, string> connectors, StatusView now, DateTimeOffset at)
    {
        foreach (var connector in now.Connectors)
        {
            var was = connectors.GetValueOrDefault(connector.Name);
            if (connector.State == "failing" && was is not (null or "failing"))
            {
                yield return Tell(
                    at, "connector", connector.Name, $"{connector.Name} is failing: {Short(connector.LastError)}; {connector.Waiting} waiting",
                    $"hub connector show {connector.Name}");
            }
            else if (was == "failing" && connector.State != "failing")
            {
                yield return Tell(at, "connector", connector.Name, $"{connector.Name} is {connector.State} again", $"hub connector show {connector.Name}");
            }
        }
    }

    // What other systems said may be of any length.
    private static string Short(string? reason) => reason switch
    {
        null or "" => "no reason told",
        { Length: > LongestReason } => reason[..LongestReason] + "…",
        _ => reason,
    };

    private static Notification Tell(DateTimeOffset at, string kind, string subject, string text, string next) =>
        new($"{kind}-{subject}-{at.ToUnixTimeMilliseconds()}", at, kind, subject, text, next, null, null, null, null, null);
}
