using Hub.Adapters.References;
using Hub.Processes;

namespace Hub.Adapters.Tests.References;

public sealed class ReferenceCsvTests
{
    [Theory]
    [InlineData("a,b", "a\"b")]
    [InlineData("'=1+1", "=1+1")]
    [InlineData("🫖 שלום", "\"\"")]
    [InlineData(";", "a;b")]
    public void Write_AnyText_IsReadBackAsItWas(string key, string value)
    {
        ReferenceRow[] rows = [new("erp", "items", key, value), new("erp", "taxes", key, value)];

        var (read, problems) = ReferenceCsv.Read("erp", ReferenceCsv.Write(rows));

        Assert.Empty(problems);
        Assert.Equal(rows, read);
    }

    [Fact]
    public void Read_FileOfASpreadsheet_TakesMarkBlankLinesAndBothLineEnds()
    {
        var (rows, problems) = ReferenceCsv.Read("erp", "\uFEFFTable,Key,Value\r\nitems,a,1\n\r\nitems,b,2");

        Assert.Empty(problems);
        Assert.Equal(["a", "b"], rows.Select(row => row.Key));
    }

    [Theory]
    [InlineData("items,a,1\r\n", "line 1: the header is 'items,a,1'")]
    [InlineData("", "line 1: the header is")]
    [InlineData("table;key;value\r\nitems;a;1\r\n", "line 1: the header is 'table;key;value'")]
    [InlineData("table,key,value\r\nitems,a,1\r\nitems,b\r\n", "line 3: it has 2 fields instead of three")]
    [InlineData("table,key,value\r\nitems,a,1,\r\n", "line 2: it has 4 fields")]
    [InlineData("table,key,value\r\n\r\nitem,a,1\r\n", "line 3: there is no table 'item'")]
    [InlineData("table,key,value\r\nitems,a,\r\n", "line 2: the value of 'a' is empty")]
    [InlineData("table,key,value\r\nitems,\"a\nb\",1\r\nitems,,1\r\n", "line 2: the key holds a line break", "line 4: the key is empty")]
    [InlineData("table,key,value\r\nitems,a,1\r\nitems,b,1\r\nitems,a,2\r\n", "line 4: 'a' of items stands in line 2, too")]
    public void Read_WrongLine_IsNamedAndNothingIsTaken(string csv, params string[] said)
    {
        var (rows, problems) = ReferenceCsv.Read("erp", csv);

        Assert.Empty(rows);
        Assert.Equal(said.Length, problems.Length);
        Assert.All(said.Zip(problems), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_ThousandWrongLines_TellsTheFirstOnes() =>
        Assert.Equal(21, ReferenceCsv.Read("erp", "table,key,value\r\n" + string.Concat(Enumerable.Repeat("items,a\r\n", 1000))).Problems.Length);
}
