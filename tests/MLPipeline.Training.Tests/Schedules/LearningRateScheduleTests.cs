using MLPipeline.Training.Schedules;

namespace MLPipeline.Training.Tests.Schedules;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData("linear", 0.995, 0.505, 0.005)]
    [InlineData("constant", 1, 1, 1)]
    [InlineData("cosine", 0.99993832, 0.50785366, 0.00006168)]
    [InlineData("step", 1, 1, 0.01)]
    [InlineData("triangle", 0.025, 0.63125, 0.00625)]
    public void The_factor_follows_the_name(string name, double first, double middle, double last)
    {
        var schedule = LearningRateSchedule.Find(name);

        Assert.Equal(first, schedule.Factor(0, 100), 1e-7);
        Assert.Equal(middle, schedule.Factor(49, 100), 1e-7);
        Assert.Equal(last, schedule.Factor(99, 100), 1e-7);
    }

    [Fact]
    public void Every_factor_is_above_0_and_at_most_1() =>
        Assert.All(LearningRateSchedule.All, schedule =>
            Assert.All(Enumerable.Range(0, 37), step => Assert.InRange(schedule.Factor(step, 37), 1e-9, 1)));
}
