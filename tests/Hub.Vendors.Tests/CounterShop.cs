using System.Collections.Concurrent;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Vendors.Tests;

/// <summary>A shop that takes every order and counts how often it is told each: it has any article, in any currency.</summary>
internal sealed class CounterShop : IOrderEntry
{
    private readonly ConcurrentDictionary<OrderKey, int> _entered = new();

    public ConnectorVendor Vendor => ConnectorVendor.Of<ConnectorOptions>(
        "counter-shop", "shop", (services, _) => services.AddSingleton<ConnectorCalls>().AddSingleton<IOrderEntry>(this));

    public int TimesEntered(string key) => _entered.GetValueOrDefault(OrderKey.Parse(key));

    public Task<CallOutcome<string>> EnterAsync(Order order, CancellationToken cancellationToken)
    {
        _entered.AddOrUpdate(order.Key, 1, (_, times) => times + 1);
        return Task.FromResult<CallOutcome<string>>(new CallOutcome<string>.Done($"C-{order.Key.Id}"));
    }
}
