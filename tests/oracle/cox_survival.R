# Makes cox_survival.csv from cox_people.csv with R's survival: in tests/oracle, `Rscript cox_survival.R`.
# Rows are written out as often as they have people, so that nothing here knows of weights.
library(survival)

rows <- read.csv("cox_people.csv")
people <- rows[rep(seq_len(nrow(rows)), rows$people), ]
outcome <- Surv(people$last_month, people$is_exit)
formulas <- list(
  stratified = outcome ~ rural + small + college + female + strata(cohort),
  one_stratum = outcome ~ rural + small + college + female,
  collinear = outcome ~ rural + small + college + female + male + strata(cohort),
  separated = outcome ~ rural + small + college + female + lasting + strata(cohort)
)

results <- do.call(rbind, lapply(names(formulas), function(case) {
  fit <- suppressWarnings(coxph(
    formulas[[case]], people, ties = "efron", cluster = school,
    control = coxph.control(eps = 1e-13, iter.max = 60)
  ))
  names <- names(coef(fit))
  told <- function(quantity, column, value) data.frame(case, quantity, column, value)
  pairs <- expand.grid(a = names, b = names, stringsAsFactors = FALSE)
  pair <- paste(pairs$a, pairs$b, sep = ":")
  proportional <- if (case %in% c("stratified", "one_stratum")) {
    test <- cox.zph(fit, transform = "identity", terms = FALSE, global = FALSE)
    told("proportional_p", rownames(test$table), test$table[, "p"])
  }
  rbind(
    told("log_likelihood", "", fit$loglik[2]),
    told("null_log_likelihood", "", fit$loglik[1]),
    told("coefficient", names, coef(fit)),
    told("model_covariance", pair, as.vector(fit$naive.var)),
    told("cluster_covariance", pair, as.vector(fit$var)),
    proportional
  )
}))
results$value <- sprintf("%.15g", results$value)

file <- file("cox_survival.csv", "w")
writeLines(sprintf("# %s, survival %s", R.version.string, packageVersion("survival")), file)
write.csv(results, file, row.names = FALSE, quote = FALSE)
close(file)
