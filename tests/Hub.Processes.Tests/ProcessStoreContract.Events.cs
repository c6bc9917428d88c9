namespace Hub.Processes.Tests;

public abstract partial class ProcessStoreContract
{
    [Fact]
    public async Task Events_NotedTwice_AreNewOnceUntilTheyAreForgotten()
    {
        var (store, week) = ((IEventStore)_bench.Store, TimeSpan.FromDays(7));

        Assert.Equal(["b", "a"], await store.NoteEventsAsync("shop", ["b", "a", "b"], week, Cancel));
        Assert.Equal(["c"], await store.NoteEventsAsync("shop", ["a", "c"], week, Cancel));
        Assert.Equal(["a"], await store.NoteEventsAsync("other", ["a"], week, Cancel));
        _bench.Time.Advance(TimeSpan.FromDays(6));
        Assert.Empty(await store.NoteEventsAsync("shop", ["a", "b", "c"], week, Cancel));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["a"], await store.NoteEventsAsync("shop", ["a"], week, Cancel));
        Assert.Empty(await store.NoteEventsAsync("shop", [], week, Cancel));
    }
}
