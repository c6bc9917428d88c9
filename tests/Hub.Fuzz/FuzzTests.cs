namespace Hub.Fuzz;

/// <summary>The short form of the verb, for CI: a minute for all targets together.</summary>
public sealed class FuzzTests
{
    private static readonly TimeSpan Altogether = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_RandomInput_NeitherCrashesNorHangs(string name)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");

        var count = Fuzzer.Run(FuzzTargets.All.Single(target => target.Name == name), seed, Altogether / FuzzTargets.All.Count);

        Assert.True(count > 0);
    }

    [Fact]
    public void Fuzzer_TargetThatThrows_SaysTheInputAndTheSeed()
    {
        var target = new FuzzTarget("fragile", text => Assert.DoesNotContain("%", text), "abc", "a%b");

        var failure = Assert.Throws<FuzzException>(() => Fuzzer.Run(target, 7, TimeSpan.FromMinutes(1)));

        Assert.Contains("seed 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a%b", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fuzzer_OneSeed_MakesOneSequence()
    {
        Assert.Equal(FailureOf(11), FailureOf(11));

        static string FailureOf(int seed) => Assert.Throws<FuzzException>(() => Fuzzer.Run(
            new FuzzTarget("fragile", text => Assert.False(text.Length > 12), "abc", "a=b; c=d"), seed, TimeSpan.FromMinutes(1))).Message;
    }
}
