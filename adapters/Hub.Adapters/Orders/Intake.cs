using System.Globalization;
using Hub.Orders;
using Hub.Processes;
using Hub.Processes.Sealing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Orders;

/// <summary>From when on orders are booked. History never is, unless the config says a time in the past.</summary>
/// <remarks>
/// The first start is kept in the store: a restart doesn't move it. In whole seconds, since many shops note no finer time of an order.
/// </remarks>
internal sealed partial class Intake(IProcessStore store, TimeProvider time, ILogger<Intake> logger) : BackgroundService
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
    private readonly TaskCompletionSource<DateTimeOffset> _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile OrdersConfig? _config;

    /// <summary>Null until the plane has taken a document and reached its store: from when on is not known yet.</summary>
    public DateTimeOffset? At => _config is { } config && _firstStart.Task.IsCompletedSuccessfully ? config.IntakeAt ?? _firstStart.Task.Result : null;

    /// <summary>The plane's first start with its store; null until that is reached.</summary>
    public DateTimeOffset? FirstStart => _firstStart.Task.IsCompletedSuccessfully ? _firstStart.Task.Result : null;

    /// <summary>What the document says of orders; null before there is one.</summary>
    public OrdersConfig? Config => _config;

    /// <summary>Who fills parcels.</summary>
    public ShippingMode Shipping => _config?.ShippingMode ?? ShippingMode.AtOnce;

    /// <summary>The zone of the shop's days.</summary>
    public TimeZoneInfo Zone => _config?.Zone ?? TimeZoneInfo.Utc;

    /// <summary>Completes when it is known.</summary>
    public Task Known => Task.WhenAll(_known.Task, _firstStart.Task);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public void Take(OrdersConfig config)
    {
        _config = config;
        _known.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_firstStart.Task.IsCompleted)
        {
            await Task.Delay(AskAgain, time, stoppingToken);
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var kept = await store.GetOrKeepSettingAsync(
                "intake.first-start", _start.ToString("O", CultureInfo.InvariantCulture), cancellationToken);
            _firstStart.TrySetResult(DateTimeOffset.Parse(kept, CultureInfo.InvariantCulture));
        }
#pragma warning disable CA1031 // The consumer loop: a store that is not up yet is asked again. One of other keys ends the plane.
        catch (Exception e) when (e is not WrongKeysException && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogStoreFailed(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The store of orders can't be reached; it is tried again until it can.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);
}
