using System.Collections.Concurrent;
using System.Text.Json;
using Hub.Processes;
using Hub.Processes.Bus;
using Hub.Processes.Sealing;
using Hub.Processes.Sqlite;
using Hub.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Bus.Rebus.Tests;

/// <summary>A store, and the bus's end that brings into it.</summary>
internal sealed class BusEnd : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-bus-").FullName;

    public BusEnd() => Store = new SqliteProcessStore(new SqliteFile(Path.Combine(_folder, "store.db")), TimeProvider.System, new TextSeal(new EphemeralDataProtectionProvider(), "this process"));

    public SqliteProcessStore Store { get; }

    public RebusBus? Bus { get; private set; }

    /// <summary>What came, as it came, with its message id; each time that it came.</summary>
    public ConcurrentQueue<(string Id, string Text)> Came { get; } = new();

    /// <param name="taken">What goes on between the store and the acknowledgement.</param>
    public async Task OpenAsync(BusTransport transport, BusPlace place, Func<Task>? taken = null)
    {
        var intake = new BusIntake(Store, Read, TimeProvider.System, NullLogger<BusIntake>.Instance) { Taken = taken ?? (() => Task.CompletedTask) };
        Bus = (RebusBus)await transport.Open(place, intake, TestContext.Current.CancellationToken);
    }

    /// <summary>How many messages the process has handled.</summary>
    public async Task<int> HandledAsync()
    {
        await Store.HandleAsync(
            new Dictionary<string, ProcessDefinition>
            {
                ["list"] = new ProcessDefinition("list", (state, message) => new ProcessDecision($"{state}|{message.Id}", "open", null, "Noted.", [], [])),
            },
            TestContext.Current.CancellationToken);
        return (await Store.FindAsync("list", "a", TestContext.Current.CancellationToken))?.State.Count(letter => letter == '|') ?? 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (Bus is not null)
        {
            await Bus.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private ValueTask<BusReading> Read(string id, string text, CancellationToken cancellationToken)
    {
        Came.Enqueue((id, text));
        try
        {
            var message = BusMessage.Parse(text);
            return ValueTask.FromResult(new BusReading(new ProcessMessage("list", message.Key, id, message.Kind, text)));
        }
        catch (JsonException e)
        {
            return ValueTask.FromResult(new BusReading(new ProcessMessage("list", $"bus/{id}", id, "message", text), e.Message));
        }
    }
}
