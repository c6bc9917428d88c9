namespace Hub.Configuration.Tests;

public sealed class SecretTests
{
    [Fact]
    public void Reveal_FromFile_IsTrimmed()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, " tr0ub4dor\n");
        try
        {
            Assert.Equal("tr0ub4dor", Parse($"file:{file}").Reveal());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Reveal_FromEnvironment_IsTheVariable() =>
        Assert.Equal(Environment.GetEnvironmentVariable("PATH")!.Trim(), Parse("env:PATH").Reveal());

    [Theory]
    [InlineData("env:HUB_THERE_IS_NO_SUCH_VARIABLE", "HUB_THERE_IS_NO_SUCH_VARIABLE")]
    [InlineData("file:/no/such/file", "/no/such/file")]
    public void Reveal_MissingSource_NamesIt(string source, string name) =>
        Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => Parse(source).Reveal()).Message, StringComparison.Ordinal);

    [Fact]
    public void ToString_OfASecret_ShowsNothing() => Assert.Equal("***", $"{Parse("env:PATH")}");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tr0ub4dor")]
    [InlineData("ENV:PATH")]
    public void TryParse_Literal_IsRefused(string? text) => Assert.False(Secret.TryParse(text, out _));

    private static Secret Parse(string source)
    {
        Assert.True(Secret.TryParse(source, out var secret));
        return secret;
    }
}
