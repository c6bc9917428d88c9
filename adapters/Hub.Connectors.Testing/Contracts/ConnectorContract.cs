using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What all contracts have: the vendor's stub, the bench, and a connector between them.</summary>
/// <typeparam name="TStub">The stub that the connector's tests taught its vendor's answers.</typeparam>
public abstract class ConnectorContract<TStub> : IAsyncLifetime
    where TStub : VendorStub
{
    private IServiceProvider? _services;
    private TStub? _stub;

    /// <summary>The clock, the store and the log of this test.</summary>
    protected ConnectorBench Bench { get; } = new();

    /// <summary>The vendor of this test.</summary>
    protected TStub Stub => _stub ??= MakeStub();

    /// <summary>The test's own end.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A vendor that has nothing yet.</summary>
    protected abstract TStub MakeStub();

    /// <summary>Adds the connector, pointed at <see cref="Stub"/>.</summary>
    protected abstract void AddConnector(IServiceCollection services);

    /// <summary>The connector's port of that kind.</summary>
    protected TPort Port<TPort>()
        where TPort : class => (_services ??= Bench.Start(AddConnector)).GetRequiredService<TPort>();

    /// <summary>Starts the connector anew, as after a kill: what it did not store is gone.</summary>
    protected void Restart() => _services = null;

    /// <summary>Waits for a call that the vendor may let hang, by moving the clock while it hangs.</summary>
    protected async Task<T> EndAsync<T>(Task<T> call)
    {
        for (var (idle, seen) = (0, 0); !call.IsCompleted;)
        {
            await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel));

            // Nothing hangs, nothing comes, and yet it does not end for half a second: it waits for the clock (a limit), or the machine is slow;
            // so the clock may not run much faster than the machine's.
            (idle, seen) = Stub.Requests.Length is var now && now != seen ? (0, now) : (idle + 1, seen);
            if (Stub.Hanging > 0 || idle >= 100)
            {
                idle = 0;
                Bench.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        return await call;
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
