using Hub.Running;
using Xunit.Sdk;
using Xunit.v3;

// Each class has a town of its own, six processes or more: one class after the other.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Hub.Acceptance;

/// <summary>A running town for the facts of one class, and the books of all that was bought in it.</summary>
public abstract class TownFixture(Func<int, Task<TownRun>> start) : IAsyncLifetime
{
    /// <summary>Drawn anew each time; every failure prints it.</summary>
    public int Seed { get; } = Random.Shared.Next(1, 1_000_000);

    public TownRun Town { get; private set; } = null!;

    public Books Books { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Town = await start(Seed);
        Books = new Books(Town);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Town.DisposeAsync();
    }
}

/// <summary>A process for each role, two for the gateway.</summary>
public sealed class TownOfPlanes() : TownFixture(seed => TownRun.StartPlanesAsync(seed));

/// <summary>All of the hub in one process.</summary>
public sealed class TownOfOneHub() : TownFixture(TownRun.StartWholeAsync);
