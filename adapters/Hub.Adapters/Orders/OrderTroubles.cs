using System.Collections.Immutable;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Orders;

/// <summary>What a person has to look at among the orders, for <c>hub status</c>; each is told for a week (docs/operate/orders.md).</summary>
internal sealed class OrderTroubles(ProcessStore store, TimeProvider time)
{
    private const int Named = 5;
    private static readonly TimeSpan Told = TimeSpan.FromDays(7);

    public ImmutableArray<string> Tell()
    {
        var since = time.GetUtcNow() - Told;
        var troubles = ImmutableArray.CreateBuilder<string>();
        var (count, parked) = store.ListIn(OrderDefinition.Name, OrderStatus.Parked.Text(), since, Named);
        if (count > 0)
        {
            troubles.Add($"{count} {(count == 1 ? "order is" : "orders are")} parked for a person since {since:yyyy-MM-dd HH:mm} UTC: "
                + $"{string.Join(", ", parked.Select(order => order.Key))}{(count > Named ? ", …" : "")}; hub order show {parked[0].Key}");
        }

        var letters = store.GetDeadLetters(Named + 1).Where(letter => letter.At >= since).ToList();
        foreach (var letter in letters.Take(Named))
        {
            troubles.Add($"dead letter since {letter.At:yyyy-MM-dd HH:mm} UTC: {letter.Kind} of {letter.Key}: {letter.Reason}; hub order show {letter.Key}");
        }

        if (letters.Count > Named)
        {
            troubles.Add("there are more dead letters; hub order list shows their orders");
        }

        return troubles.ToImmutable();
    }
}
