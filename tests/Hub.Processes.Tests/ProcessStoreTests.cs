using CsCheck;

namespace Hub.Processes.Tests;

public sealed class ProcessStoreTests : IAsyncLifetime
{
    private readonly ProcessBench _bench = new();

    /// <summary>Keys a few, ids a few: many repeats.</summary>
    [Fact]
    public Task Receive_AnyKeysAndRepeats_HandlesEachKeysMessagesInTheirOrder() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 30]).List[1, 100].SampleAsync(
            async messages =>
            {
                await using var bench = new ProcessBench();
                foreach (var (key, id) in messages)
                {
                    bench.Store.Receive(new ProcessMessage("list", $"k{key}", $"{id}", "note", $"\"{id}\""));
                }

                bench.Start();
                await bench.UntilAsync(() => Enumerable.Range(0, 6).Sum(key => bench.Heard($"k{key}").Length) == messages.Distinct().Count());
                foreach (var key in messages.GroupBy(message => message.Item1))
                {
                    Assert.Equal(key.Select(message => $"{message.Item2}").Distinct(), bench.Heard($"k{key.Key}"));
                }
            },
            iter: 10, threads: 1);

    [Fact]
    public void Receive_WithASetting_KeepsBothAndCountsTheNewOnes()
    {
        var message = new ProcessMessage("list", "a", "1", "go", "\"go\"");

        Assert.Equal(1, _bench.Store.Receive([message, message], ("cursor", "5")));
        Assert.Equal(0, _bench.Store.Receive([message], ("cursor", "6")));
        Assert.Equal("6", _bench.Store.GetSetting("cursor"));
        Assert.Equal("6", _bench.Store.GetOrKeepSetting("cursor", "7"));
        Assert.Equal("7", _bench.Store.GetOrKeepSetting("other", "7"));
    }

    [Fact]
    public void Find_UnheardOf_IsNull() => Assert.Null(_bench.Store.Find("list", "a"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}
