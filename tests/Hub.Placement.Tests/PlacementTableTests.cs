using System.Collections.Frozen;
using CsCheck;
using Hub.Placement.Tests.Reference;

namespace Hub.Placement.Tests;

public sealed class PlacementTableTests
{
    private static readonly CustomerKey Anna = new(new UInt128(1, 1));
    private static readonly string[] Routes = Shop.Routes;

    [Fact]
    public void Place_RouteOfNoGroup_GoesToItsOwnCluster() =>
        Assert.Equal(PlacementReason.Ungrouped, At("home", 10_000).Place("assets", new PlacementRequest { Key = Anna }).Reason);

    [Fact]
    [Trait("Rule", "2")]
    public void Place_ShareRaisedOrLowered_MovesOnlyThoseItMust() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 10_000], Gen.Int[0, 10_000]).Sample((bits, one, other) =>
        {
            var request = new PlacementRequest { Key = new CustomerKey(new UInt128(bits, 1)) };
            var (low, high) = (Math.Min(one, other), Math.Max(one, other));
            var bucket = request.Key.Bucket(Salt.Of("another"));

            Assert.Equal(bucket < low ? Side.New : Side.Legacy, At("home", low).Place("home", request).Side);
            Assert.Equal(bucket < high ? Side.New : Side.Legacy, At("home", high).Place("home", request).Side);
        }, iter: 300);

    [Theory]
    [Trait("Rule", "2")]
    [InlineData(0, Side.Legacy)]
    [InlineData(1, Side.New)]
    public void Place_BucketAtTheEdgeOfTheShare_IsNewOnlyBelowIt(int above, Side side)
    {
        var bucket = Anna.Bucket(Salt.Of("another"));

        Assert.Equal(side, At("home", bucket + above).Place("home", new PlacementRequest { Key = Anna }).Side);
    }

    [Theory]
    [Trait("Rule", "2")]
    [InlineData(0, 0UL, Side.Legacy, PlacementReason.Share)]
    [InlineData(0, 1UL, Side.New, PlacementReason.Cohort)]
    [InlineData(10_000, 2UL, Side.Legacy, PlacementReason.Cohort)]
    [InlineData(10_000, 3UL, Side.Legacy, PlacementReason.Cohort)]
    [InlineData(0, 4UL, Side.Legacy, PlacementReason.Share)]
    public void Place_Cohort_ComesBeforeTheShare(int share, ulong cohorts, Side side, PlacementReason reason) => Assert.Equal(
        new Placement(side, reason),
        At("minicart", share).Place("minicart", new PlacementRequest { Key = Anna, Cohorts = cohorts, LegacyHolds = Holdings.Nothing }));

    [Theory]
    [Trait("Rule", "1")]
    [InlineData("home", false, Side.New)]
    [InlineData("search", false, Side.Legacy)]
    [InlineData("home", true, Side.Legacy)]
    public void Place_NoKey_GoesToTheDeclaredSide(string route, bool rolledBack, Side side) =>
        Assert.Equal(side, At(route, rolledBack ? 0 : 10_000, rolledBack: rolledBack).Place(route, new PlacementRequest()).Side);

    [Theory]
    [Trait("Rule", "1")]
    [InlineData(Side.Legacy)]
    [InlineData(Side.New)]
    public void Place_UnknownBusinessKey_GoesToTheOwnerOfWhatIsWritten(Side owner)
    {
        var table = Shop.Table(1, Standing("callback", 10_000, false), new Dictionary<string, Side> { ["orders"] = owner });

        Assert.Equal(
            new Placement(owner, PlacementReason.Owner), table.Place("callback", new PlacementRequest { UnknownBusinessKey = true }));
    }

    [Theory]
    [Trait("Rule", "8")]
    [InlineData("account", false, 10_000, false, Side.Legacy, PlacementReason.ReadYourWrites)]
    [InlineData("account", false, 0, true, Side.Legacy, PlacementReason.RolledBack)]
    [InlineData("address-post", true, 10_000, false, Side.New, PlacementReason.Share)]
    public void Place_WrittenAtLegacy_ReadsGoThereAndWritesDoNot(
        string route, bool isUnsafe, int share, bool rolledBack, Side side, PlacementReason reason)
    {
        var placement = At(route, share, rolledBack: rolledBack).Place(
            route, new PlacementRequest { Key = Anna, Unsafe = isUnsafe, Written = new WriteMark(Side.Legacy, 1) });

        Assert.Equal((side, reason), (placement.Side, placement.Reason));
    }

    [Theory]
    [Trait("Rule", "8")]
    [InlineData(false, Side.New, PlacementReason.ReadYourWrites)]
    [InlineData(true, Side.Legacy, PlacementReason.RolledBack)]
    public void Place_WrittenAtNew_ReadsGoThereButForARollback(bool rolledBack, Side side, PlacementReason reason) => Assert.Equal(
        new Placement(side, reason),
        At("account", 0, rolledBack: rolledBack).Place("account", new PlacementRequest { Key = Anna, Written = new WriteMark(Side.New, 1) }));

    [Fact]
    [Trait("Rule", "8")]
    public void Place_OnAJourney_StaysThereWhateverWasWritten() => Assert.Equal(
        PlacementReason.Journey,
        At("account", 10_000).Place(
            "account", new PlacementRequest { Key = Anna, Journey = new Pin(Side.New, 1, 5_000), Now = 5_000, Written = new WriteMark(Side.Legacy, 1) }).Reason);

    [Fact]
    [Trait("Rule", "8")]
    public void Build_RouteThatReadsWhatNobodyWritesOrNobodyBrings_HasNoMarks()
    {
        var routes = Shop.Table(1, new Dictionary<string, GroupStanding>(), new Dictionary<string, Side>()).Routes;

        Assert.Empty(routes["home"].Reads);
        Assert.Empty(routes["cart"].Reads);
        Assert.Equal(["accounts", "orders"], routes["account"].Reads);
        Assert.Equal(["orders"], routes["checkout-post"].Through);
        Assert.Empty(routes["checkout-post"].Writes);
    }

    [Theory]
    [Trait("Rule", "3")]
    [InlineData(1_200, 4, Side.Legacy, PlacementReason.Journey)]
    [InlineData(1_201, 4, Side.New, PlacementReason.Share)]
    [InlineData(0, 3, Side.New, PlacementReason.Share)]
    public void Place_OnAJourney_StaysUntilTimeoutOrRollback(long age, long revision, Side side, PlacementReason reason) => Assert.Equal(
        new Placement(side, reason),
        At("account", 10_000, voidBefore: 4).Place(
            "account", new PlacementRequest { Key = Anna, Journey = new Pin(Side.Legacy, revision, 5_000), Now = 5_000 + age }));

    [Theory]
    [Trait("Rule", "3")]
    [InlineData("address-post", PlacementActions.BeginJourney)]
    [InlineData("account", PlacementActions.None)]
    [InlineData("saved", PlacementActions.EndJourney)]
    public void Place_StepOfAJourney_BeginsAndEndsIt(string route, PlacementActions actions) =>
        Assert.Equal(actions, At(route, 10_000).Place(route, new PlacementRequest { Key = Anna }).Actions);

    [Fact]
    [Trait("Rule", "3")]
    public void Place_FirstStepAgain_KeepsThePin()
    {
        var request = new PlacementRequest { Key = Anna, Journey = new Pin(Side.New, 1, 5_000), Now = 5_010 };

        Assert.Equal(PlacementActions.None, At("address-post", 0).Place("address-post", request).Actions);
    }

    [Theory]
    [Trait("Rule", "5")]
    [InlineData("login-post", true, Side.Legacy)]
    [InlineData("login-post", false, Side.New)]
    [InlineData("login", false, Side.Legacy)]
    [InlineData("search", true, Side.New)]
    [InlineData("seen", false, Side.New)]
    [InlineData("confirm", false, Side.Legacy)]
    [InlineData("confirm", true, Side.New)]
    public void Place_ShareOf100_WritesFollowTheOwnerAndReadsTheShare(string route, bool isUnsafe, Side side) =>
        Assert.Equal(side, At(route, 10_000).Place(route, new PlacementRequest { Key = Anna, Unsafe = isUnsafe }).Side);

    [Theory]
    [Trait("Rule", "5")]
    [InlineData(1, 7_200, Side.New, PlacementActions.None)]
    [InlineData(1, 7_201, Side.Legacy, PlacementActions.ReturnToForm)]
    [InlineData(0, 0, Side.Legacy, PlacementActions.ReturnToForm)]
    public void Place_FormFromNew_IsNeverPostedToLegacy(long revision, long age, Side side, PlacementActions actions)
    {
        var form = revision == 0 ? new Pin(Side.New, 1, 5_000) : new Pin(Side.New, 4, 5_000);
        var placement = At("review-post", 0, voidBefore: 4).Place(
            "review-post", new PlacementRequest { Key = Anna, Unsafe = true, Form = form, Now = 5_000 + age });

        Assert.Equal((side, actions), (placement.Side, placement.Actions));
    }

    [Theory]
    [Trait("Rule", "7")]
    [InlineData(Holdings.Unasked, Side.Legacy, PlacementActions.AskHoldings)]
    [InlineData(Holdings.Unknown, Side.Legacy, PlacementActions.Claim)]
    [InlineData(Holdings.Something, Side.Legacy, PlacementActions.Claim)]
    [InlineData(Holdings.Nothing, Side.New, PlacementActions.Claim)]
    public void Place_FirstWrite_ClaimsNewOnlyWhereLegacyHoldsNothing(Holdings holdings, Side side, PlacementActions actions)
    {
        var placement = At("cart-add", 10_000).Place("cart-add", new PlacementRequest { Key = Anna, Unsafe = true, LegacyHolds = holdings });

        Assert.Equal((side, actions), (placement.Side, placement.Actions));
    }

    [Fact]
    [Trait("Rule", "7")]
    public void Place_ReadOfWhatLegacyHolds_ClaimsItForLegacy() => Assert.Equal(
        new Placement(Side.Legacy, PlacementReason.LegacyHolds, PlacementActions.Claim),
        At("minicart", 10_000).Place("minicart", new PlacementRequest { Key = Anna, LegacyHolds = Holdings.Something }));

    [Fact]
    [Trait("Rule", "7")]
    public void Place_UnsafeRequestThatWritesNoCart_ClaimsNothing() => Assert.Equal(
        new Placement(Side.New, PlacementReason.Share),
        At("minicart", 10_000).Place("minicart", new PlacementRequest { Key = Anna, Unsafe = true, LegacyHolds = Holdings.Nothing }));

    [Fact]
    [Trait("Rule", "7")]
    public void Place_PageOfAForm_ClaimsNothingItself() => Assert.Equal(
        new Placement(Side.New, PlacementReason.Share, PlacementActions.BeginForm),
        At("cart", 10_000).Place("cart", new PlacementRequest { Key = Anna, LegacyHolds = Holdings.Nothing }));

    [Theory]
    [Trait("Rule", "4")]
    [Trait("Rule", "7")]
    [InlineData(0, Side.New)]
    [InlineData(10_000, Side.Legacy)]
    public void Place_Claim_LeadsTheWholeGroupWhateverTheShare(int share, Side claimed) => Assert.All(
        ["cart", "cart-post", "cart-add", "checkout", "checkout-post", "done", "minicart"],
        route => Assert.Equal(
            (claimed, PlacementReason.Claim), Sided(At(route, share).Place(route, new PlacementRequest { Key = Anna, Claim = new Claim(claimed, 1, 1) }))));

    [Theory]
    [Trait("Rule", "13")]
    [InlineData(4, 0, false, Side.New, PlacementActions.None)]
    [InlineData(3, 4, false, Side.Legacy, PlacementActions.Evacuate)]
    [InlineData(4, 4, false, Side.New, PlacementActions.None)]
    [InlineData(4, 0, true, Side.Legacy, PlacementActions.Evacuate)]
    public void Place_RolledBack_EvacuatesWhenToldOrWhenNewIsUnhealthy(
        long revision, long evacuateBefore, bool unhealthy, Side side, PlacementActions actions)
    {
        var placement = At("cart-add", 0, 4, evacuateBefore, rolledBack: true).Place(
            "cart-add", new PlacementRequest { Key = Anna, Claim = new Claim(Side.New, 1, revision), NewUnhealthy = unhealthy });

        Assert.Equal((side, actions), (placement.Side, placement.Actions));
    }

    [Fact]
    [Trait("Rule", "13")]
    public void Place_RolledBackGroupThatDoesNotEvacuate_LeavesClaimsOfNewThoughItIsUnhealthy()
    {
        var group = new GroupPlacement { Name = "g", NewCluster = "new", Share = 0, Salt = Salt.Of("hub"), RolledBack = true };
        var route = new RoutePlacement { Id = "cart", Group = group, HeldDataset = "carts" };
        var table = new PlacementTable(
            1, new Dictionary<string, GroupPlacement> { ["g"] = group }.ToFrozenDictionary(),
            new Dictionary<string, RoutePlacement> { ["cart"] = route }.ToFrozenDictionary(), []);

        Assert.Equal(
            new Placement(Side.New, PlacementReason.Claim),
            table.Place("cart", new PlacementRequest { Key = Anna, Claim = new Claim(Side.New, 1, 1), NewUnhealthy = true }));
    }

    [Fact]
    [Trait("Rule", "3")]
    public void Place_FirstStepWhereTheClaimLeadsAwayFromThePin_BeginsAnew()
    {
        var placement = At("checkout", 0).Place("checkout", new PlacementRequest
        {
            Key = Anna,
            Claim = new Claim(Side.New, 1, 1),
            Journey = new Pin(Side.Legacy, 1, 5_000),
            Now = 5_010,
        });

        Assert.Equal(
            new Placement(Side.New, PlacementReason.Claim, PlacementActions.BeginForm | PlacementActions.BeginJourney), placement);
    }

    [Fact]
    public void Place_AnyRequest_AllocatesNothing()
    {
        var table = At("cart-add", 5_000);
        var request = new PlacementRequest { Key = Anna, Unsafe = true, LegacyHolds = Holdings.Nothing };
        table.Place("cart-add", request);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var route in Routes)
        {
            table.Place(route, request);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Place_PaidAndCalledBack_EndsTheClaims() => Assert.Equal(
        PlacementActions.EndJourney | PlacementActions.EndClaims,
        At("done", 0).Place("done", new PlacementRequest { Key = Anna, Claim = new Claim(Side.New, 1, 1) }).Actions);

    private static (Side, PlacementReason) Sided(Placement placement) => (placement.Side, placement.Reason);

    private static PlacementTable At(
        string route, int share, long voidBefore = 0, long evacuateBefore = 0, bool rolledBack = false) =>
        Shop.Table(9, Standing(route, share, rolledBack, voidBefore, evacuateBefore), new Dictionary<string, Side>());

    private static Dictionary<string, GroupStanding> Standing(
        string route, int share, bool rolledBack, long voidBefore = 0, long evacuateBefore = 0) => new()
        {
            [Shop.Config.Groups.First(group => group.Value.Routes.ContainsKey(route)).Key] =
                new GroupStanding(share, voidBefore, evacuateBefore, rolledBack),
        };
}
