using Hub.Connectors.Limits;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What all contracts have: the vendor's stub, the bench, and a connector between them.</summary>
/// <typeparam name="TStub">The stub that the connector's tests taught its vendor's answers.</typeparam>
public abstract class ConnectorContract<TStub> : IAsyncLifetime
    where TStub : VendorStub
{
    private readonly Lock _lock = new();
    private IServiceProvider? _services;
    private TStub? _stub;

    /// <summary>The clock, the store and the log of this test.</summary>
    protected ConnectorBench Bench { get; } = new();

    /// <summary>The vendor of this test.</summary>
    protected TStub Stub
    {
        get
        {
            lock (_lock)
            {
                return _stub ??= MakeStub();
            }
        }
    }

    /// <summary>The test's own end.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A vendor that has nothing yet.</summary>
    protected abstract TStub MakeStub();

    /// <summary>Adds the connector, pointed at <see cref="Stub"/>.</summary>
    protected abstract void AddConnector(IServiceCollection services);

    /// <summary>The connector's port of that kind.</summary>
    protected TPort Port<TPort>()
        where TPort : class
    {
        lock (_lock)
        {
            return (_services ??= Bench.Start(AddConnector)).GetRequiredService<TPort>();
        }
    }

    /// <summary>Starts the connector anew, as after a kill: what it did not store is gone.</summary>
    protected void Restart() => _services = null;

    /// <summary>
    /// Waits for a call, and moves the clock while the vendor lets one hang or one waits for a limit. At no other time: on a busy machine a call that is
    /// merely slow would come to its time-out.
    /// </summary>
    protected async Task<T> EndAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel));
            Cancel.ThrowIfCancellationRequested();
            if (Stub.Hanging > 0 || _services?.GetService<VendorLimits>()?.Waiting > 0)
            {
                Bench.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        return await call;
    }

    /// <summary>Waits for what the vendor does after the caller has gone.</summary>
    protected static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); !condition(); await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromMinutes(2), otherwise);
        }
    }

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        if (_stub is not null)
        {
            await _stub.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
