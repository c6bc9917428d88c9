using System.Globalization;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Orders;

/// <summary>From when on orders are booked. History never is, unless the config says a time in the past.</summary>
internal sealed class Intake
{
    private readonly DateTimeOffset _firstStart;
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile OrdersConfig? _config;

    /// <remarks>
    /// The first start is kept in the store: a restart doesn't move it. In whole seconds, since many shops note no finer time of an order.
    /// </remarks>
    public Intake(ProcessStore store, TimeProvider time)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        _firstStart = DateTimeOffset.Parse(
            store.GetOrKeepSetting("intake.first-start", now.ToString("O", CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
    }

    /// <summary>Null until the plane has taken a document: what it says about the intake is not known yet.</summary>
    public DateTimeOffset? At => _config is { } config ? config.IntakeAt ?? _firstStart : null;

    /// <summary>Who fills parcels.</summary>
    public ShippingMode Shipping => _config?.ShippingMode ?? ShippingMode.AtOnce;

    /// <summary>Completes when the first document was taken.</summary>
    public Task Known => _known.Task;

    public void Take(OrdersConfig config)
    {
        _config = config;
        _known.TrySetResult();
    }
}
