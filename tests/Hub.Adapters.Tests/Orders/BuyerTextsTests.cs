using Hub.Adapters.Customers;
using Hub.Adapters.Orders;
using Hub.Processes.Erasing;

namespace Hub.Adapters.Tests.Orders;

public sealed class BuyerTextsTests
{
    private const string Person = """{ "email": "ann@b.example", "name": "Ann Ambrosia", "id": "17" }""";

    [Theory]
    [InlineData(KeptIn.State, "", $$"""{ "wanted": {{Person}}, "told": {{Person}}, "underWay": {{Person}} }""")]
    [InlineData(KeptIn.Message, "CustomerChanged", $$"""{ "$type": "CustomerChanged", "contact": {{Person}} }""")]
    [InlineData(KeptIn.Effect, CustomerProcess.Upsert, Person)]
    [InlineData(KeptIn.DeadLetter, CustomerProcess.Upsert, Person)]
    public void Without_CustomerWithoutAnOrder_TakesThePersonOutOfEachText(KeptIn place, string kind, string text)
    {
        var (left, said) = Without(new KeptText(place, kind, text), new KeptText(KeptIn.Detail, kind, "No room for Ann Ambrosia (ann@b.example)."));

        Assert.DoesNotContain("Ann", left, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("17", left, StringComparison.Ordinal);
        Assert.Equal("No room for *** (***).", said);
    }

    [Fact]
    public void Without_OrderThatCouldNotBeRead_MasksItsWordsInTheReason()
    {
        var (left, said) = Without(
            new KeptText(KeptIn.DeadLetter, "ReceiveOrder", """{ "customer": { "fullName": "Ann Ambrosia", "tags": [ "ann@b.example" ] } }"""),
            new KeptText(KeptIn.DeadLetterReason, "ReceiveOrder", "'Ann Ambrosia' has no street."));

        Assert.Equal("{}", left);
        Assert.Equal("'***' has no street.", said);
    }

    [Fact]
    public void Without_AddressThatWasAskedFor_IsMaskedWhereNoJsonTellsOfIt()
    {
        var (_, said) = Without(
            new KeptText(KeptIn.DeadLetter, "ReceiveOrder", "ann@b.example, half of a fi"), new KeptText(KeptIn.DeadLetterReason, "ReceiveOrder", "ANN@b.example is no JSON."), "ann@b.example");

        Assert.Equal("*** is no JSON.", said);
    }

    private static (string Left, string Said) Without(KeptText text, KeptText sentence, params string[] known)
    {
        var texts = BuyerTexts.Without([text, sentence], known);
        return (texts[0], texts[1]);
    }
}
