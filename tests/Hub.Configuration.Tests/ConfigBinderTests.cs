using System.ComponentModel.DataAnnotations;

namespace Hub.Configuration.Tests;

public sealed class ConfigBinderTests
{
    [Fact]
    public void Bind_EveryKind_IsRead()
    {
        var (shop, problems) = Bind("""
            {
              "name": "Town", "OPEN": true, "Count": 3, "Limit": 12000000000, "Price": 1.50, "Factor": 0.5, "Pause": "00:30:00",
              "Since": "2027-01-31T06:00:00Z", "Address": "http://shop.local", "Id": "f64eba74-dacd-4854-a584-1834f68cfc3a", "Held": "per customer", "Maybe": "whole",
              "Token": "env:SHOP_TOKEN", "Tags": [ "a", "b" ], "Counters": { "a": { "Number": 1 }, "b": {} }, "Own": { "Number": 9 }, "Rest": [ 1 ]
            }
            """);

        Assert.Empty(problems);
        Assert.Equal(("Town", true, 3, 12_000_000_000, 1.50m, 0.5), (shop.Name, shop.Open, shop.Count, shop.Limit, shop.Price, shop.Factor));
        Assert.Equal((TimeSpan.FromMinutes(30), new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero)), (shop.Pause, shop.Since));
        Assert.Equal((new Uri("http://shop.local"), new Guid("f64eba74-dacd-4854-a584-1834f68cfc3a")), (shop.Address, shop.Id));
        Assert.Equal((How.PerCustomer, How.Whole), (shop.Held, shop.Maybe));
        Assert.False(shop.Token.IsEmpty);
        Assert.Equal(["a", "b"], shop.Tags);
        Assert.Equal((1, 7, 9), (shop.Counters["A"].Number, shop.Counters["b"].Number, shop.Own.Number));
        Assert.Equal("1", shop.Rest!.Children[0].Node.Text);
    }

    [Fact]
    public void Bind_NothingGiven_GivesTheDefaults()
    {
        var (shop, problems) = Bind("""{ "Name": "Town", "Count": null }""");

        Assert.Empty(problems);
        Assert.Equal((5, 7, TimeSpan.FromHours(1)), (shop.Count, shop.Own.Number, shop.Pause));
    }

    [Fact]
    public void Bind_SeveralProblems_TellsAllWithLines()
    {
        var (_, problems) = Bind("""
            {
              "Cuont": 1,
              "Open": "yes",
              "Tags": "a",
              "Own": { "Number": 11 },
              "Counters": {
                "a": { "Nummer": 1 },
                "b": [] } }
            """);

        Assert.Equal(
            ["2 Cuont", "3 Open", "4 Tags", "5 Own.Number", "7 Counters.a.Nummer", "8 Counters.b", "1 Name"],
            problems.Select(problem => $"{problem.Line} {problem.Path}"));
        Assert.All(problems, problem => Assert.All([problem.What, problem.Why, problem.Fix], Assert.NotEmpty));
    }

    [Theory]
    [InlineData("Cuont", "write 'Count', or remove it")]
    [InlineData("tag", "write 'Tags', or remove it")]
    [InlineData("Whatever", "use one of: Address, Count, Counters, Factor, Held, Id, Limit, Maybe, Name, Open, Own, Pause, Price, Rest, Since, Tags, Token; or remove it")]
    public void Bind_UnknownName_SuggestsWhatWasMeant(string name, string fix)
    {
        var (_, problems) = Bind($$"""{ "Name": "Town", "{{name}}": "x" }""");

        Assert.Equal(fix, Assert.Single(problems).Fix);
    }

    [Theory]
    [InlineData("Held", "\"1\"", "'1' is not one of whole, per customer")]
    [InlineData("Held", "\"whole,percustomer\"", "'whole,percustomer' is not one of whole, per customer")]
    [InlineData("Pause", "30", "'30' is not a time span")]
    [InlineData("Price", "\"1,5\"", "'1,5' is not a number")]
    [InlineData("Count", "1.5", "'1.5' is not a whole number")]
    [InlineData("Count", "3000000000", "'3000000000' is not a whole number")]
    [InlineData("Since", "\"soon\"", "'soon' is not a time")]
    [InlineData("Own", "[]", "the value is of a wrong kind")]
    [InlineData("Name", "\"\"", "'Name' is empty")]
    [InlineData("Name", "null", "'Name' is missing")]
    public void Bind_WrongValue_SaysWhatIsExpected(string name, string value, string what)
    {
        var (_, problems) = Bind($$"""{ {{(name == "Name" ? "" : "\"Name\": \"Town\",")}} "{{name}}": {{value}} }""");

        Assert.StartsWith(what, Assert.Single(problems).What, StringComparison.Ordinal);
        Assert.Equal(name, problems[0].Path);
    }

    [Fact]
    public void Bind_LiteralWhereASecretBelongs_IsRefusedAndNotEchoed()
    {
        var (_, problems) = Bind("""{ "Name": "Town", "Token": "tr0ub4dor" }""");

        var problem = Assert.Single(problems);
        Assert.Contains("never the secret itself", problem.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("tr0ub4dor", problem.ToString("hub.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_OfAProblem_IsOneLineForPeople() => Assert.Equal(
        "hub.json:12 Hub.Groups.a.New: it is wrong; nobody knows it. To do: correct it",
        new ConfigProblem("Hub.Groups.a.New", 12, "it is wrong", "nobody knows it", "correct it").ToString("hub.json"));

    private static (Shop, List<ConfigProblem>) Bind(string text)
    {
        var problems = new List<ConfigProblem>();
        return (ConfigBinder.Bind<Shop>(ConfigNode.Read(text, problems), problems), problems);
    }

    private enum How
    {
        Whole,
        PerCustomer,
    }

    private sealed class Shop
    {
        [Required]
        public string? Name { get; init; }

        public bool Open { get; init; }

        public int Count { get; init; } = 5;

        public long Limit { get; init; }

        public decimal Price { get; init; }

        public double Factor { get; init; }

        public TimeSpan Pause { get; init; } = TimeSpan.FromHours(1);

        public DateTimeOffset? Since { get; init; }

        public Uri? Address { get; init; }

        public Guid? Id { get; init; }

        public How Held { get; init; }

        public How? Maybe { get; init; }

        public Secret Token { get; init; }

        public List<string> Tags { get; init; } = [];

        public Dictionary<string, Counter> Counters { get; init; } = [];

        public Counter Own { get; init; } = new();

        public ConfigNode? Rest { get; init; }
    }

    private sealed class Counter
    {
        [Range(1, 10)]
        public int Number { get; init; } = 7;
    }
}
