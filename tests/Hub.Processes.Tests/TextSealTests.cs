using Hub.Processes.Sealing;

namespace Hub.Processes.Tests;

public sealed class TextSealTests
{
    private static TextSeal Seal => ProcessBench.Seal;

    [Theory]
    [InlineData("")]
    [InlineData("{ \"name\": \"דנה 👩‍👩‍👧\" }")]
    [InlineData("CfDJ8 is what a sealed text begins with")]
    public void Open_Sealed_IsTheText(string text)
    {
        var kept = Seal.Seal(text);

        Assert.Equal(text, Seal.Open(kept));
        Assert.NotEqual(kept, Seal.Seal(text));
    }

    [Fact]
    public void Seal_HalfOfASurrogatePair_KeepsTheRest() => Assert.Equal("a\uFFFDb", Seal.Open(Seal.Seal("a\uD800b")));

    [Fact]
    public void Open_KeptBeforeThereWasASeal_IsReadAsItIs() => Assert.Equal("[\"1\"]", Seal.Open("[\"1\"]"));

    [Fact]
    public void Seal_Nothing_IsNothing()
    {
        Assert.Null(Seal.Seal(null));
        Assert.Null(Seal.Open(null));
    }

    [Fact]
    public void Open_Changed_Refuses()
    {
        var kept = Seal.Seal("1");

        Assert.Throws<WrongKeysException>(() => Seal.Open($"{kept[..^4]}AAAA"));
        Assert.Throws<WrongKeysException>(() => Seal.Open($"{kept}!"));
    }
}
