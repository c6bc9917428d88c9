using System.Collections.Immutable;
using Hub.Processes.Bus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Bus;

/// <summary>Keeps the bus open that the document asks for. One that can't be opened is tried again, and told.</summary>
internal sealed partial class BusLink(AdaptersOptions options, BusIntake intake, TimeProvider time, ILogger<BusLink> logger) : BackgroundService
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _changed = new(0);
    private volatile BusConfig? _wanted;
    private volatile IMessageBus? _bus;
    private volatile string? _trouble;

    /// <summary>The document asks for a bus, so orders tell it their events.</summary>
    public bool Wanted => _wanted is not null;

    /// <summary>The bus that is open, or null.</summary>
    public IMessageBus? Bus => _bus;

    /// <summary>What is wrong with it, for <c>hub status</c>.</summary>
    public ImmutableArray<string> Tell() => _trouble is { } trouble ? [trouble] : [];

    public void Take(BusConfig? config)
    {
        if (config is null ? _wanted is not null : !config.Same(_wanted))
        {
            _wanted = config;
            _changed.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _changed.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _changed.WaitAsync(stoppingToken);
                await CloseAsync();
                while (_wanted is { } wanted && !await OpenAsync(wanted, stoppingToken))
                {
                    await Task.Delay(TryAgain, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            await CloseAsync();
        }
    }

    private async Task<bool> OpenAsync(BusConfig config, CancellationToken cancellationToken)
    {
        try
        {
            _bus = await options.Buses.First(transport => transport.Name == config.Transport).Open(config.Reveal(), intake, cancellationToken);
            _trouble = null;
            return true;
        }
#pragma warning disable CA1031 // The consumer loop: whatever a bus throws that can't be reached, it is tried again and told.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotOpen(logger, e, config.Transport, TryAgain);
            _trouble = $"the bus ({config.Transport}) can't be opened, so orders neither come by it nor tell it their events: {e.GetBaseException().Message}";
            return false;
        }
    }

    private async Task CloseAsync()
    {
        var bus = _bus;
        _bus = null;
        if (bus is not null)
        {
            await bus.DisposeAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The bus {Transport} could not be opened; it is tried again in {After}.")]
    private static partial void LogNotOpen(ILogger logger, Exception exception, string transport, TimeSpan after);
}
