using System.Xml.Linq;
using MLPipeline.Cli.Reports;
using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Reports;

public sealed class ReportPageTests
{
    private static readonly string Page = ReportPage.Render(SampleReport.Create());

    [Fact]
    public void Page_is_well_formed() => Assert.Equal("html", Parsed().Name.LocalName);

    [Fact]
    public void Page_fetches_nothing_and_runs_nothing() => AssertSelfContained(Page);

    [Fact]
    public void Text_is_escaped()
    {
        Assert.DoesNotContain("<b>Dress</b>", Page);
        Assert.Contains("&lt;b&gt;Dress&lt;/b&gt;", Page);
        Assert.Contains("Coat &amp; hat", Page);
    }

    [Fact]
    public void Style_survives_as_raw_text() =>
        // A browser does not decode entities in <style>.
        Assert.DoesNotContain("&", Page[Page.IndexOf("<style>", StringComparison.Ordinal)..Page.IndexOf("</style>", StringComparison.Ordinal)]);

    [Fact]
    public void Elements_that_are_empty_have_an_end_tag_unless_html_has_none() =>
        Assert.All(
            Parsed().DescendantsAndSelf().Where(element => element.IsEmpty),
            element => Assert.Contains(element.Name.LocalName, new[] { "meta", "img", "br", "hr" }));

    [Theory]
    [InlineData("TorchSharp 0.107.0")]
    [InlineData("ONNX Runtime 1.31.1")]
    [InlineData("ML.NET 5.0.1")]
    [InlineData("89.61 %")]
    [InlineData("84.44 %")]
    [InlineData("0.2887")]
    [InlineData("98,765")]
    [InlineData("its input has a second reader")]
    [InlineData("4 of 5, into the weights of the layer before")]
    [InlineData("optimisations off")]
    [InlineData("7.0e-06")]
    [InlineData("the embedded sample")]
    public void Page_tells(string text) => Assert.Contains(text, Parsed().Value);

    [Theory]
    [InlineData(true, 6000, "over 6,000 of 6,000 training images, layer by layer")]
    [InlineData(false, 5000, "over 5,000 of 6,000 training images, in large batches")]
    public void Recalibration_is_told_as_it_was_done(bool exact, int images, string text)
    {
        var report = SampleReport.Create();
        var told = EngineSection.Render(report with { Recalibration = report.Recalibration! with { IsExact = exact, Images = images } });
        Assert.Contains(text, told.Value);
    }

    [Fact]
    public void Confusion_matrix_has_a_cell_for_each_pair()
    {
        var table = Parsed().Descendants("table").Single(t => (string?)t.Attribute("class") == "confusion");
        var rows = table.Element("tbody")!.Elements("tr").Select(row => row.Elements("td").Take(4).Select(cell => long.Parse(cell.Value)));
        Assert.Equal(SampleReport.Create().Confusion, rows);
    }

    [Fact]
    public void Mistakes_are_pictures()
    {
        var pictures = Parsed().Descendants("img").Select(img => (string)img.Attribute("src")!).ToList();
        Assert.Equal(8, pictures.Count);
        Assert.All(pictures, source => Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", source));
    }

    /// <summary>No script, and no address but those inside the page.</summary>
    internal static void AssertSelfContained(string page)
    {
        var root = XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Root!;
        Assert.DoesNotContain(root.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe" or "object" or "base");
        Assert.All(root.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href" or "srcset"), a => Assert.StartsWith("data:", a.Value));
        // With the colon: pictures are text too, and may spell anything else.
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotContain("@import", page);
    }

    private static XElement Parsed() => XDocument.Parse(Page[Page.IndexOf("<html", StringComparison.Ordinal)..]).Root!;
}
